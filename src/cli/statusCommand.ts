import type { Command } from 'commander';
import type { RenderStatus } from '../index';
import { stdoutColors as colors } from './progress/style';

const OUTPUT = 'the video, as it was named for render';

/** `filmgate status <output>` and `filmgate clean <output>` */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show whether an output exists, and how far an unfinished render of it got')
    .argument('<output>', OUTPUT)
    .option('--json', 'print JSON')
    .action((output: string, { json }: { json?: boolean }) => {
      const { renderStatus } = require('../index') as typeof import('../index');
      const status = renderStatus(output);
      console.log(json ? statusJson(status) : statusText(status));
    });
  program
    .command('clean')
    .description('remove what an unfinished render of an output left behind; the output itself is kept')
    .argument('<output>', OUTPUT)
    .action((output: string) => {
      const { cleanRender } = require('../index') as typeof import('../index');
      const name = colors.bold(output);
      console.log(
        cleanRender(output) ? `Removed the unfinished render of ${name}.` : `Nothing to remove for ${name}.`,
      );
    });
}

/** What is unknown is null, and not left out. */
function statusJson(status: RenderStatus): string {
  return JSON.stringify({ v: 1, ...status }, (_, value) => (value === undefined ? null : value), 2);
}

function statusText({ output, exists, pid, unfinished }: RenderStatus): string {
  return [
    `${colors.bold(output)} ${exists ? 'exists' : 'does not exist'}`,
    pid === undefined ? 'no render is running' : `process ${pid} is rendering it`,
    ...(unfinished ? unfinishedLines(unfinished, pid === undefined) : ['nothing to resume']),
  ].join('\n');
}

function unfinishedLines(
  { segments, verified, changed, settings }: NonNullable<RenderStatus['unfinished']>,
  isIdle: boolean,
): string[] {
  const { scene, page, identity, size, fps, frames } = settings;
  const sum = (parts: readonly { count: number }[]) => parts.reduce((total, { count }) => total + count, 0);
  const share = `${verified.length} of ${segments.length} segments (${sum(verified)} of ${sum(segments)} frames)`;
  return [
    `${isIdle ? 'unfinished' : 'so far'}: ${share} verified, last updated ${changed.toLocaleString()}`,
    `settings: ${scene ?? page ?? identity}, ${size}, ${fps} fps, frames ${frames}`,
    ...(isIdle ? ['--resume continues it, filmgate clean removes it'] : []),
  ];
}
