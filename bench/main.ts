/**
 * `npm run bench [-- NAME…] [--json] [--quick]`: runs the benchmarks, all of them or those that are named. Ends with 1
 * where a figure falls short, and with 3 where a benchmark does not come to its end.
 */
import { parseArgs } from 'node:util';
import { backpressure } from './backpressure';
import { canvas } from './canvas';
import { dashboard } from './dashboard';
import { dispatch } from './dispatch';
import { farm } from './farm';
import { hourOfPage } from './hourOfPage';
import { html } from './html';
import { lanes } from './lanes';
import { limit } from './limit';
import { media } from './media';
import { memory } from './memory';
import { overhead } from './overhead';
import { peers } from './peers';
import { peersAlike } from './peersAlike';
import { segments } from './segments';
import { stillFrames } from './static';
import type { Bench, Outcome } from './support/bench';
import { formatTable } from './support/table';

const BENCHES: Record<string, Bench> = {
  ...{ limit, backpressure, memory, overhead, dispatch },
  ...{ lanes, segments, dashboard, farm },
  ...{ html, canvas, media, peers, static: stillFrames('beginframe') },
  'peers-alike': peersAlike,
  'canvas-static': stillFrames('canvas'),
  // Only where they are named: each takes a quarter of an hour and more.
  'page-hour': hourOfPage('beginframe'),
  'canvas-hour': hourOfPage('canvas'),
  'video-hour': hourOfPage('video'),
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
  });
  const names =
    positionals.length > 0 ? positionals : Object.keys(BENCHES).filter((name) => !name.endsWith('-hour'));
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    throw new TypeError(`there is no benchmark ${unknown}; there are: ${Object.keys(BENCHES).join(', ')}`);
  }
  for (const name of names) {
    const bench = BENCHES[name] as Bench;
    const outcome = await bench.run({
      quick: values.quick,
      say: (line) => console.error(`  ${name}: ${line}`),
    });
    if (values.json) printJson(name, outcome, values.quick);
    else printTable(name, bench, outcome, values.quick);
    if (!outcome.pass) process.exitCode = 1;
  }
}

function printJson(bench: string, { pass, figures }: Outcome, quick: boolean): void {
  console.log(JSON.stringify({ bench, pass, figures, ...(quick ? { quick } : {}) }));
}

function printTable(name: string, { what, must }: Bench, { pass, table }: Outcome, quick: boolean): void {
  const verdict = pass ? 'pass' : 'FAIL';
  console.log(`\n${name}: ${what}\n`);
  console.log(formatTable(table));
  console.log(
    `\n${verdict}: ${must}${quick ? '\n(a quick run: it shows that the benchmark works; limit and memory pass if they come to an end)' : ''}\n`,
  );
}

main().catch((error: Error) => {
  console.error(error instanceof TypeError ? error.message : error);
  process.exitCode = error instanceof TypeError ? 2 : 3;
});
