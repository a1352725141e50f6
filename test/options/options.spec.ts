import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Option } from 'commander';
import { optionsPage } from '../../scripts/optionsPage';
import { createProgram } from '../../src/cli/program';
import { CODECS, type RenderOptions } from '../../src/index';
import { type AnyRows, codeRows, defaultText, flagRows } from '../../src/options/describe';
import { DISPLAY_OPTIONS } from '../../src/options/displayOptions';
import { HYPERFRAMES_OPTIONS } from '../../src/options/hyperframesOptions';
import type { OptionRows } from '../../src/options/optionRow';
import { PAGE_OPTIONS } from '../../src/options/pageOptions';
import { PREVIEW_OPTIONS } from '../../src/options/previewOptions';
import { RENDER_OPTIONS } from '../../src/options/renderOptions';
import { SCENE_OPTIONS } from '../../src/options/sceneOptions';

const COMMANDS: Record<string, AnyRows[]> = {
  render: [RENDER_OPTIONS, DISPLAY_OPTIONS, PAGE_OPTIONS, HYPERFRAMES_OPTIONS, SCENE_OPTIONS],
  preview: [PREVIEW_OPTIONS, PAGE_OPTIONS, HYPERFRAMES_OPTIONS, SCENE_OPTIONS],
  demo: [RENDER_OPTIONS, DISPLAY_OPTIONS, SCENE_OPTIONS],
};
const TABLES: AnyRows[] = [
  RENDER_OPTIONS,
  PREVIEW_OPTIONS,
  DISPLAY_OPTIONS,
  PAGE_OPTIONS,
  HYPERFRAMES_OPTIONS,
  SCENE_OPTIONS,
];

describe('the tables of options', () => {
  // What these three expect is an error of `tsc --noEmit`: without it, the check itself fails.
  it('do not compile when an option has no row', () => {
    const { crf, ...withoutCrf } = RENDER_OPTIONS;
    // @ts-expect-error: crf has no row.
    expect(withoutCrf satisfies OptionRows<RenderOptions>).to.not.have.property('crf');
  });

  it('do not compile when a number would be read as text', () => {
    const row = { flag: '--crf <number>', parse: 'text', help: 'quality', group: 'Encoding' } as const;
    // @ts-expect-error: crf is a number.
    expect({ crf: row } satisfies OptionRows<Pick<RenderOptions, 'crf'>>).to.have.property('crf');
  });

  it('do not compile when a default is of another type than its option', () => {
    const row = { ...RENDER_OPTIONS.maxTries, default: 'three' } as const;
    // @ts-expect-error: maxTries is a number.
    expect({ maxTries: row } satisfies OptionRows<Pick<RenderOptions, 'maxTries'>>).to.have.property(
      'maxTries',
    );
  });

  it('give each flag the name that its option has in code', () => {
    for (const [name, row] of TABLES.flatMap(flagRows)) {
      expect(new Option(row.flag).attributeName()).to.equal(name);
      if (row.negation) expect(new Option(row.negation.flag).attributeName()).to.equal(name);
    }
  });

  it('turn off with --no-… what is on by default, and only that', () => {
    for (const [, row] of TABLES.flatMap(flagRows)) {
      expect(row.flag.startsWith('--no-'), row.flag).to.equal(row.default === true);
    }
  });

  it('list every codec', () => {
    expect(RENDER_OPTIONS.codec.choices).to.deep.equal(Object.keys(CODECS));
  });

  for (const [name, tables] of Object.entries(COMMANDS)) {
    it(`are all in the help of ${name}: each flag under its heading, with its default`, () => {
      const command = createProgram().commands.find((each) => each.name() === name);
      const help = command?.configureHelp({ helpWidth: 10_000 }).helpInformation() ?? '';
      for (const [, { flag, group, ...row }] of tables.flatMap(flagRows)) {
        const section = new RegExp(`^${group}:\\n(?: .*\\n)*`, 'm').exec(help)?.[0] ?? '';
        const line = section.split('\n').find((each) => each.trim().startsWith(flag)) ?? '';
        const shown = defaultText({ flag, group, ...row });
        expect(line, `${flag} under ${group}`).to.not.equal('');
        if (row.negation) expect(section).to.include(row.negation.flag);
        if (shown !== undefined && name !== 'demo') expect(line).to.include(`default: ${shown})`);
      }
    });
  }

  it('are all in docs/options.md, which is what `npm run docs:options` makes of them', () => {
    const page = readFileSync(join(__dirname, '../../docs/options.md'), 'utf8');
    for (const rows of TABLES) {
      for (const [, { flag }] of flagRows(rows)) expect(page).to.include(`\`${flag}\``);
      for (const [name] of codeRows(rows)) expect(page).to.include(`\`${name}\``);
    }
    expect(page).to.equal(optionsPage());
  });
});
