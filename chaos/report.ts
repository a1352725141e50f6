import type { Outcome } from './run';

/** A run in one line, and the promises that it broke in more. */
export function line(at: number, count: number, outcome: Outcome, replay = ''): string {
  const { seed, scenario, fault, story, seconds, broken } = outcome;
  const verdict = broken.length === 0 ? 'ok  ' : 'FAIL';
  const head = `${verdict} ${String(at).padStart(String(count).length)}/${count}`;
  return [
    `${head}  ${String(seed).padStart(10)}  ${scenario} | ${fault}${story.startsWith(' ') ? '' : ': '}${story}  ${seconds.toFixed(1)} s`,
    ...broken.map((what) => `       ${what}`),
    ...(broken.length > 0 ? [`       again: npm run chaos -- ${replay}--only ${seed}`] : []),
  ].join('\n');
}

/** What all runs came to. */
export function summary(seed: number, outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter(({ broken }) => broken.length > 0);
  const counts = new Map<string, number>();
  for (const { fault } of outcomes) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  const faults = [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${count} ${name}`);
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  const verdict = failed.length === 0 ? 'no promise broken' : `promises broken in ${failed.length}`;
  return [
    `\n${outcomes.length} ${outcomes.length === 1 ? 'run' : 'runs'} from seed ${seed}: ${verdict}, ${Math.round(seconds)} s`,
    `faults: ${faults.join(', ')}`,
  ].join('\n');
}
