import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { wrongImports } from '../../scripts/checkImports';

const ROOT = resolve(__dirname, '../..');

describe('the import check', () => {
  let folder: string;
  const path = (name: string) => join(folder, name);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
    for (const name of ['src', 'ARCHITECTURE.md'])
      cpSync(resolve(ROOT, name), path(name), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Adds a line at the beginning of a source file, and returns what the check finds while it is there. */
  function plant(file: string, line: string): string[] {
    const text = readFileSync(path(file), 'utf8');
    writeFileSync(path(file), `${line}\n${text}`);
    const found = wrongImports(folder);
    writeFileSync(path(file), text);
    return found;
  }

  it('finds nothing wrong with this package', () => {
    expect(wrongImports(folder)).to.deep.equal([]);
  });

  for (const [what, file, line] of [
    ['of another module', 'src/frames/rate.ts', "import { render } from '../render';"],
    ['without a name', 'src/frames/rate.ts', "import '../render';"],
    ['that is dynamic', 'src/frames/rate.ts', "const late = import('../render');"],
    ['by require', 'src/frames/rate.ts', "const late = require('../render');"],
    ['of a type, written in place', 'src/frames/rate.ts', "let late: import('../render').Render;"],
    ['that is exported again', 'src/frames/rate.ts', "export * from '../render';"],
    ['of types only', 'src/frames/rate.ts', "import type { RenderOptions } from '../render';"],
    [
      'of a value, where types are permitted',
      'src/pipeline.ts',
      "import { Encoder } from './encode/encoder';",
    ],
    ['of an adapter by another', 'src/capture/threads/scene.ts', "import { x } from '../chromium/page';"],
    [
      'of a file that is not part of the port',
      'src/capture/threads/scene.ts',
      "import { x } from '../pool';",
    ],
    ['of Node.js, where none is permitted', 'src/schedule/reorder.ts', "import { join } from 'node:path';"],
    ['of a file outside of src', 'src/frames/rate.ts', "import { y } from '../../bench/support/table';"],
  ] as const) {
    it(`finds an import ${what}`, () => {
      const [found, ...others] = plant(file, line);
      expect(found).to.match(new RegExp(`^${file}:1: .* may not import .*ARCHITECTURE.md`));
      expect(others).to.deep.equal([]);
    });
  }

  it('permits an import of types where the table says so', () => {
    expect(plant('src/pipeline.ts', "import type { Encoder } from './encode/encoder';")).to.deep.equal([]);
    expect(plant('src/pipeline.ts', "import { type Encoder } from './encode/encoder';")).to.deep.equal([]);
  });

  it('finds a file that no row of the table covers, and a row that covers no file', () => {
    writeFileSync(path('src/unplanned.ts'), '');
    writeFileSync(
      path('ARCHITECTURE.md'),
      `${readFileSync(path('ARCHITECTURE.md'), 'utf8')}\n| \`src/gone/\` | nothing | – |\n`,
    );
    expect(wrongImports(folder)).to.deep.equal([
      'ARCHITECTURE.md: there is no src/gone',
      'src/unplanned.ts: no row of the table in ARCHITECTURE.md covers this file',
    ]);
  });
});
