import { failureText } from '../failure';
import type { Display } from './display';
import { flushed } from './flushed';

/** Prints nothing but why there is no video. */
export function quietDisplay(): Display {
  return {
    planned() {},
    pageMessage() {},
    notice() {},
    update() {},
    status() {},
    log() {},
    dashboard: (url) => void process.stderr.write(`Dashboard: ${url}\n`), // Or else nobody could open it.
    finished() {},
    failed: (error) => void process.stderr.write(`${failureText(error)}\n`),
    close: () => flushed(process.stderr),
  };
}
