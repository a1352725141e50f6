import { invalidOption } from '../../errors';
import type { ChromiumSettings } from './chromiumOptions';
import { type BrowserProgram, findBrowser } from './findBrowser';

/** The browser that is asked for, in the mode that is asked for. Throws `INVALID_OPTION` where it has no such mode. */
export async function chooseProgram(
  { browser, capture }: ChromiumSettings,
  signal: AbortSignal,
): Promise<BrowserProgram> {
  const program = await findBrowser(browser, signal);
  if (capture && capture !== 'screenshot' && program.mode !== 'beginframe') {
    throw invalidOption(
      'capture',
      capture,
      `${program.path} cannot begin frames: it takes a headless shell on Linux`,
    );
  }
  return capture ? { ...program, mode: capture === 'screenshot' ? capture : 'beginframe' } : program;
}
