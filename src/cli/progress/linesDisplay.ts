import type { PlannedRender, Snapshot } from '../../index';
import { failureText } from '../failure';
import type { Display } from './display';
import { flushed } from './flushed';
import { messageText } from './messageText';
import { noticeText } from './noticeText';
import { bottleneckWords, extraFacts, formatRate, formatTime, planLine, summaryLine } from './progressText';

const EVERY = 5; // seconds

/** For logs: a line every five seconds, and one at the end. */
export function linesDisplay(): Display {
  let due = EVERY;
  let plan: PlannedRender | undefined;
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  return {
    planned(planned) {
      plan = planned;
    },
    pageMessage: (message) => say(messageText(message)),
    notice(incident) {
      const text = noticeText(incident);
      if (text) say(text);
    },
    update(snapshot) {
      if (snapshot.elapsedSeconds < due) return;
      if (plan) say(planLine(plan)); // Only now: a short render is one line.
      plan = undefined;
      due = snapshot.elapsedSeconds + EVERY;
      say(progressLine(snapshot));
    },
    status: say,
    log: say,
    finished: (result) => say(summaryLine(result)),
    failed: (error) => say(failureText(error)),
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
