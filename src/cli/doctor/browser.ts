import { type BrowserProgram, findBrowser, missingLibraries } from '../../chromium';
import { failureOf } from '../failure';

/** The browser that would capture pages, and how; or why there is none. */
export type BrowserDiagnosis =
  | (Omit<BrowserProgram, 'env'> & {
      /** Libraries that it needs for `https` addresses, each with how to get it. */
      readonly missingLibraries: readonly string[];
    })
  | { readonly error: { readonly code: string; readonly message: string } };

/** Looks for a browser on this machine. */
export async function diagnoseBrowser(option?: string): Promise<BrowserDiagnosis> {
  try {
    const found = await findBrowser(option);
    const { env, ...program } = found;
    return { ...program, missingLibraries: await missingLibraries(found) };
  } catch (error) {
    return { error: failureOf(error) };
  }
}
