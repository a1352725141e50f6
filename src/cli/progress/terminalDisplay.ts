import { createLogUpdate } from 'log-update';
import type { Snapshot } from '../../index';
import { failureText } from '../failure';
import type { Display } from './display';
import { flushed } from './flushed';
import { messageText } from './messageText';
import { noticeText } from './noticeText';
import { bottleneckWords, extraFacts, formatRate, formatTime, planLine, summaryLine } from './progressText';
import { colors } from './style';

/** For a terminal: a progress bar and a line of facts, rewritten in place. */
export function terminalDisplay(): Display {
  const live = createLogUpdate(process.stderr, { showCursor: true });
  let bar: string[] = [];
  let status: string[] = [];
  const draw = () => live([...bar, ...status].join('\n'));
  const end = (text: string) => {
    live.clear();
    live.done();
    process.stderr.write(`${text}\n`);
  };
  const print = (text: string) => {
    end(text);
    if (bar.length + status.length > 0) draw();
  };
  return {
    planned: (plan) => print(colors.dim(planLine(plan))),
    pageMessage: (message) => print(messageText(message)),
    notice(notice) {
      const text = noticeText(notice);
      if (text) print(text);
    },
    log: print,
    update(snapshot) {
      bar = barLines(snapshot, (process.stderr.columns || 80) - 1);
      draw();
    },
    status(text) {
      status = [colors.yellow(text)];
      draw();
    },
    finished: (result) => end(summaryLine(result)),
    failed: (error) => end(failureText(error)),
    close: () => flushed(process.stderr),
  };
}

/** The bar and the facts in at most `columns` columns: the least important facts are left out first. */
export function barLines(snapshot: Snapshot, columns: number): string[] {
  const { total, captured, written, encoded, encodeRate, remainingSeconds, outstanding, window } = snapshot;
  const share = total > 0 ? written / total : 0;
  const percent = `${Math.floor(share * 100)}%`.padStart(5);
  const facts = joined(columns - percent.length - 12, [
    `${written}/${total}`,
    formatRate(encodeRate),
    remainingSeconds === undefined ? '-:-- left' : `${formatTime(remainingSeconds)} left`,
    ...extraFacts(snapshot),
  ]);
  const barWidth = Math.min(40, columns - percent.length - 2 - facts.length);
  const bar = barWidth > 0 ? colors.yellow(blocks(share, barWidth)) : '';
  const details = joined(columns, [
    total > 0 ? bottleneckWords(snapshot) : 'preparing',
    `captured ${captured}`,
    `encoded ${encoded}`,
    `window ${blocks(window > 0 ? outstanding / window : 0, 8)} ${outstanding}/${window}`,
  ]);
  return [`${bar}${colors.bold(percent)}${facts && `  ${facts}`}`, colors.dim(details)];
}

/** As many of the facts as fit, from the first on. */
function joined(columns: number, facts: readonly string[]): string {
  let text = '';
  for (const fact of facts) {
    const longer = text === '' ? fact : `${text}  ${fact}`;
    if (longer.length > columns) break;
    text = longer;
  }
  return text;
}

function blocks(share: number, width: number): string {
  const full = Math.round(Math.min(1, share) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
