import { EXIT_CODES } from '../src/cli/exitCodes';
import { ERROR_KINDS, type ErrorCode } from '../src/errors';
import type { Ended, Line } from './program';

/** How a program may end. */
export interface Expected {
  /** Whether it has to succeed, may, or must not. */
  readonly success: 'must' | 'may' | 'never';
  /** The codes with which it may fail. */
  readonly codes: readonly ErrorCode[];
  /** The signal that was sent to the program itself, and may have ended it. */
  readonly signal?: NodeJS.Signals;
}

export const succeeds: Expected = { success: 'must', codes: [] };

export function fails(...codes: readonly ErrorCode[]): Expected {
  return { success: 'never', codes };
}

/** For what comes at a moment at which it may be too late. */
export function mayFail(...codes: readonly ErrorCode[]): Expected {
  return { success: 'may', codes };
}

/** For a program that is asked to end by a signal, which ends it before it listens. */
export function cancelled(signal: NodeJS.Signals): Expected {
  return { success: 'may', codes: ['CANCELLED'], signal };
}

/** For a program that is sent SIGKILL. */
export const killed: Expected = { success: 'may', codes: [], signal: 'SIGKILL' };

/** The line with which a program told of its failure. */
export function failureOf({ lines }: Ended): Line | undefined {
  return lines.find(({ type }) => type === 'failed');
}

/** What is wrong with how a program ended. */
export function endProblem(ended: Ended, { success, codes, signal }: Expected): string | undefined {
  const { code, lines, stderr } = ended;
  const failure = failureOf(ended);
  const isFinished = lines.some(({ type }) => type === 'finished');
  if (ended.signal) return ended.signal === signal ? undefined : `it was ended by ${ended.signal}: ${stderr}`;
  if (isFinished !== (code === 0))
    return `it ${isFinished ? 'finished' : 'did not finish'}, and its exit code is ${code}`;
  if (code === 0) return success === 'never' ? 'it succeeded' : undefined;
  if (!failure) return `its exit code is ${code}, and it did not say why: ${stderr}`;
  const said = `${failure.code}: ${failure.message}`;
  const kind = ERROR_KINDS[failure.code as ErrorCode];
  if (!kind) return `it failed with a code that is none: ${said}`;
  const isBySignal = kind === 'cancelled' && (code === 130 || code === 143);
  if (code !== EXIT_CODES[kind] && !isBySignal) return `its exit code is ${code} with ${said}`;
  if (success === 'must') return `it failed with ${said}`;
  return codes.includes(failure.code) ? undefined : `it failed otherwise than it should, with ${said}`;
}
