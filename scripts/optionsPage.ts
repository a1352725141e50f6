/** Writes docs/options.md from the tables in src/options/ and the codecs. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CODECS } from '../src/encode/codecs';
import { type AnyRows, codeRows, defaultText, flagRows } from '../src/options/describe';
import { DISPLAY_OPTIONS } from '../src/options/displayOptions';
import { FARM_OPTIONS } from '../src/options/farmOptions';
import { HYPERFRAMES_OPTIONS } from '../src/options/hyperframesOptions';
import type { FlagRow } from '../src/options/optionRow';
import { PAGE_OPTIONS } from '../src/options/pageOptions';
import { PREVIEW_OPTIONS } from '../src/options/previewOptions';
import { RENDER_OPTIONS } from '../src/options/renderOptions';
import { SCENE_OPTIONS } from '../src/options/sceneOptions';

const INTRO = `# Options

<!-- Made by \`npm run docs:options\` from src/options/. Edit the tables there. -->

Each option has one name: \`maxTries\` in code is \`--max-tries\` on the command line. A default that is not named is
\`false\`, or nothing.`;

interface Section {
  readonly title: string;
  readonly text: string;
  readonly rows: AnyRows;
  readonly isInCode?: false;
}

const SECTIONS: readonly Section[] = [
  {
    title: 'Rendering',
    text: '`render(options)`, `renderVideo(options)`, `filmgate render`, `filmgate demo`',
    rows: RENDER_OPTIONS,
  },
  { title: 'Preview', text: '`preview(options)`, `filmgate preview`', rows: PREVIEW_OPTIONS },
  {
    title: 'Pages',
    text: '`chromium(page, options)`; `render` and `preview` of an .html file or a URL',
    rows: PAGE_OPTIONS,
  },
  {
    title: 'HyperFrames projects',
    text: '`hyperframes(project, options)`; `render` and `preview` of a project: all options of pages, and',
    rows: HYPERFRAMES_OPTIONS,
  },
  {
    title: 'Scenes',
    text: '`threads(scene, options)`; `render` and `preview` of a module, and `demo`',
    rows: SCENE_OPTIONS,
  },
  {
    title: 'Farm',
    text: '`renderOnFarm(options)` of `filmgate/farm`; `filmgate render`. Workers: `filmgate worker --help`',
    rows: FARM_OPTIONS,
  },
  {
    title: 'Progress',
    text: 'Only on the command line: code subscribes to events, or uses `snapshots()`.',
    rows: DISPLAY_OPTIONS,
    isInCode: false,
  },
];

/** The text of docs/options.md. */
export function optionsPage(): string {
  const sections = SECTIONS.map(
    ({ title, text, rows, isInCode = true }) =>
      `## ${title}\n\n${text}\n${flagTables(rows, isInCode)}${codeTable(rows)}`,
  );
  return `${[INTRO, ...sections, codecSection()].join('\n\n')}\n`;
}

const HEAD = ['flag', 'in code', 'what it does', 'default'];
const withoutCode = (cells: readonly string[]) => cells.toSpliced(1, 1);

/** A table for each group of rows. */
function flagTables(rows: AnyRows, isInCode: boolean): string {
  const all = flagRows(rows);
  const groups = [...new Set(all.map(([, { group }]) => group))];
  return groups
    .map((group) => {
      const lines = all
        .filter(([, row]) => row.group === group)
        .flatMap(([name, row]) => flagLines(name, row));
      const heading = groups.length > 1 ? `\n### ${group}\n` : '';
      return `${heading}\n${table(isInCode ? HEAD : withoutCode(HEAD), isInCode ? lines : lines.map(withoutCode))}`;
    })
    .join('\n');
}

function flagLines(name: string, row: FlagRow): string[][] {
  const choices = row.choices ? `: ${row.choices.map((choice) => `\`${choice}\``).join(', ')}` : '';
  const negation = row.negation
    ? [[`\`${row.negation.flag}\``, `\`${name}: false\``, row.negation.help, '']]
    : [];
  const code = row.flag.startsWith('--no-') ? `${name}: false` : name;
  const fallback = row.required ? 'must be given' : (defaultText(row) ?? '');
  return [[`\`${row.flag}\``, `\`${code}\``, `${row.help}${choices}`, fallback], ...negation];
}

function codeTable(rows: AnyRows): string {
  const lines = codeRows(rows).map(([name, { help, code }]) => [`\`${name}\``, help, code]);
  return lines.length === 0
    ? ''
    : `\n\n### Only in code\n\n${table(['in code', 'what it is', 'why'], lines)}`;
}

function codecSection(): string {
  const lines = Object.entries(CODECS).map(
    ([codec, { extensions, crf, pixelFormat, alphaPixelFormat, presets }]) => [
      `\`${codec}\``,
      extensions.join(' '),
      crf ? `${crf.min} to ${crf.max}, default ${crf.default}` : '',
      [pixelFormat, ...(alphaPixelFormat ? [`with alpha ${alphaPixelFormat}`] : [])].join(', '),
      presets.join(' '),
    ],
  );
  return `## Codecs\n\n${table(['`codec`', 'files', '`crf`', '`pixelFormat` by default', '`preset`'], lines)}`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

if (require.main === module) writeFileSync(resolve(__dirname, '../docs/options.md'), optionsPage());
