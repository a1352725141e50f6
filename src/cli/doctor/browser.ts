import { type BrowserProgram, findBrowser } from '../../chromium';
import { failureOf } from '../failure';

/** The browser that would capture pages, and how; or why there is none. */
export type BrowserDiagnosis =
  | Omit<BrowserProgram, 'env'>
  | { readonly error: { readonly code: string; readonly message: string } };

/** Looks for a browser on this machine. */
export async function diagnoseBrowser(option?: string): Promise<BrowserDiagnosis> {
  return findBrowser(option).then(
    ({ env, ...program }) => program,
    (error) => ({ error: failureOf(error) }),
  );
}
