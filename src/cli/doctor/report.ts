import { formatBytes } from '../../index';
import { stdoutColors as colors } from '../progress/style';
import type { Diagnosis } from './diagnose';
import { OPTIONAL_PACKAGES } from './packages';

const YES = colors.green('✓');
const NO = colors.red('✗');
const NONE = colors.dim('–');

/** The diagnosis as a person reads it. */
export function reportText(diagnosis: Diagnosis): string {
  const { node, ffmpeg, browser, packages, cores, memory, missing, ready } = diagnosis;
  const lines = [row(node.ok ? YES : NO, 'Node', node.version)];
  if ('error' in ffmpeg) lines.push(row(NO, 'FFmpeg', ffmpeg.error.code));
  else {
    lines.push(
      row(YES, 'FFmpeg', `${ffmpeg.version}  ${colors.dim(`${ffmpeg.path} (from ${ffmpeg.from})`)}`),
    );
    for (const [codec, encoder] of Object.entries(ffmpeg.codecs)) {
      lines.push(`  ${row(encoder ? YES : NONE, codec, encoder ?? 'no encoder', 8)}`);
    }
  }
  if ('error' in browser) lines.push(row(NONE, 'Browser', browser.error.code));
  else {
    const { version = '', mode, path, from } = browser;
    lines.push(row(YES, 'Browser', `${version}  ${mode}  ${colors.dim(`${path} (from ${from})`)}`));
  }
  lines.push(row(YES, 'Cores', String(cores)));
  lines.push(row(YES, 'Memory', `${formatBytes(memory.total)}, ${formatBytes(memory.free)} free`));
  lines.push('', 'Optional packages');
  for (const { name, purpose } of OPTIONAL_PACKAGES) {
    const version = packages[name];
    lines.push(
      `  ${row(version ? YES : NONE, name, `${version ?? 'not installed'}  ${colors.dim(purpose)}`, 25)}`,
    );
  }
  if (missing.length > 0) {
    lines.push('', 'Missing');
    for (const { what, fix } of missing) lines.push(`  ${what}: ${fix}`);
  }
  lines.push('', ready ? colors.green('Ready to render.') : colors.red('Not ready to render yet.'));
  return lines.join('\n');
}

function row(mark: string, name: string, text: string, width = 8): string {
  return `${mark} ${name.padEnd(width)} ${text}`;
}
