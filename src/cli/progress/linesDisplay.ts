import type { PlannedRender, Snapshot } from '../../index';
import { failureText } from '../failure';
import type { Display } from './display';
import { flushed } from './flushed';
import { messageText } from './messageText';
import { noticeText } from './noticeText';
import { bottleneckWords, extraFacts, formatRate, formatTime, planLine, summaryLine } from './progressText';

const INTERVAL = 5; // seconds

/** For logs: a line every five seconds, and one at the end. */
export function linesDisplay(): Display {
  let due = INTERVAL;
  let plan: PlannedRender | undefined;
  const print = (text: string) => void process.stderr.write(`${text}\n`);
  return {
    planned(planned) {
      plan = planned;
    },
    pageMessage: (message) => print(messageText(message)),
    notice(notice) {
      const text = noticeText(notice);
      if (text) print(text);
    },
    update(snapshot) {
      if (snapshot.elapsedSeconds < due) return;
      if (plan) print(planLine(plan)); // Only now: a short render is one line.
      plan = undefined;
      due = snapshot.elapsedSeconds + INTERVAL;
      print(progressLine(snapshot));
    },
    status: print,
    log: print,
    finished: (result) => print(summaryLine(result)),
    failed: (error) => print(failureText(error)),
    close: () => flushed(process.stderr),
  };
}

function progressLine(snapshot: Snapshot): string {
  const { total, captured, written, encoded, encodeRate, remainingSeconds, outstanding, window } = snapshot;
  if (total === 0) return `${formatTime(snapshot.elapsedSeconds)}  preparing`;
  return [
    `${formatTime(snapshot.elapsedSeconds)}  ${written}/${total} frames (${Math.floor((100 * written) / total)} %)`,
    formatRate(encodeRate),
    ...(remainingSeconds === undefined ? [] : [`${formatTime(remainingSeconds)} left`]),
    ...extraFacts(snapshot),
    `captured ${captured}, encoded ${encoded}`,
    `window ${outstanding}/${window}`,
    bottleneckWords(snapshot),
  ].join(', ');
}
