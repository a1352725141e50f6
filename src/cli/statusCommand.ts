import type { Command } from 'commander';
import { cleanRender, type RenderStatus, renderStatus } from '../index';
import { colors } from './progress/style';

/** `filmgate status <output>` and `filmgate clean <output>` */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('say what there is of an output: the video, and an unfinished render of it')
    .argument('<output>', 'the video, as it was named when it was rendered')
    .option('--json', 'for programs')
    .action((output: string, { json }: { json?: boolean }) => {
      const status = renderStatus(output);
      console.log(json ? statusJson(status) : statusText(status));
    });
  program
    .command('clean')
    .description('remove what unfinished renders of an output have left; the output itself stays')
    .argument('<output>', 'the video, as it was named when it was rendered')
    .action((output: string) => {
      const name = colors.bold(output);
      console.log(
        cleanRender(output) ? `Removed the unfinished render of ${name}.` : `Nothing to remove for ${name}.`,
      );
    });
}

/** What is not there is null, and not left out. */
function statusJson(status: RenderStatus): string {
  return JSON.stringify({ v: 1, ...status }, (_, value) => (value === undefined ? null : value), 2);
}

function statusText({ output, exists, pid, unfinished }: RenderStatus): string {
  return [
    `${colors.bold(output)} is ${exists ? 'there' : 'not there'}`,
    pid === undefined ? 'no render is at work on it' : `process ${pid} renders it now`,
    ...(unfinished ? unfinishedLines(unfinished, pid === undefined) : ['nothing to resume']),
  ].join('\n');
}

function unfinishedLines(
  { segments, verified, changed, settings }: NonNullable<RenderStatus['unfinished']>,
  isIdle: boolean,
): string[] {
  const { scene, page, identity, size, fps, frames } = settings;
  const sum = (parts: readonly { count: number }[]) => parts.reduce((total, { count }) => total + count, 0);
  const share = `${verified.length} of ${segments.length} segments, ${sum(verified)} of ${sum(segments)} frames`;
  return [
    `${isIdle ? 'unfinished' : 'so far'}: ${share} verified, last changed ${changed.toLocaleString()}`,
    `asked for: ${scene ?? page ?? identity}, ${size}, ${fps} fps, frames ${frames}`,
    ...(isIdle ? ['--resume goes on with it, filmgate clean removes it'] : []),
  ];
}
