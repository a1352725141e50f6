import type { Ended } from './program';

/** Who is watched. */
export type Side = 'capture' | 'encoder';

const STALLS: Record<string, Side> = {
  FRAME_STALLED: 'capture',
  PAGE_NOT_READY: 'capture',
  SETUP_TIMEOUT: 'capture',
  BROWSER_INVALID: 'capture',
  ENCODER_STALLED: 'encoder',
};

/** What is wrong with how a program told of something that hung on one side: who it was, and for how long. */
export function blameProblems({ lines }: Ended, side: Side): string[] {
  const told = lines.filter(({ type, code }) => (type === 'retried' || type === 'failed') && code in STALLS);
  return told.flatMap(({ code, message }) => [
    ...(STALLS[code] === side ? [] : [`it was not ${STALLS[code]}: ${message}`]),
    ...(/\d s\b/.test(message) ? [] : [`it is not said how long: ${message}`]),
  ]);
}
