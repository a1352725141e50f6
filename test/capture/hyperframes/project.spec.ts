import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { findProject, isHyperframesProject } from '../../../src/capture/hyperframes/project';
import { expectThrows } from '../../support/expectThrows';
import { useFolder } from '../../support/folder';

const FILM = '<!doctype html><html><body><div data-composition-id="a"></div></body></html>';

describe('a HyperFrames project', () => {
  const path = useFolder();
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };

  it('is a folder with hyperframes.json, or with a composition in its index.html', () => {
    write('one/hyperframes.json', '{}');
    write('two/index.html', FILM);
    write('three/index.html', '<p>data-composition-id</p>');
    const folders = ['one', 'two', 'three', 'four'].map((name) => isHyperframesProject(path(name)));
    expect(folders).to.deep.equal([true, true, false, false]);
  });

  it('is an HTML file with a composition', () => {
    write('film.html', FILM);
    write('page.html', '<h1>page</h1>');
    write('film.txt', FILM);
    const files = ['film.html', 'page.html', 'film.txt'].map((name) => isHyperframesProject(path(name)));
    expect(files).to.deep.equal([true, false, false]);
  });

  it('begins at the hyperframes.json above a file, or in the file’s own folder', () => {
    write('one/hyperframes.json', '{}');
    write('one/index.html', FILM);
    write('one/scenes/intro.html', FILM);
    write('two/film.html', FILM);
    expect(findProject(path('one'))).to.deep.equal({ root: path('one'), entry: 'index.html' });
    const intro = findProject(path('one/scenes/intro.html'));
    expect(intro).to.deep.equal({ root: path('one'), entry: 'scenes/intro.html' });
    expect(findProject(path('two/film.html'))).to.deep.equal({ root: path('two'), entry: 'film.html' });
  });

  it('is refused at once where there is no file', () => {
    write('one/hyperframes.json', '{}');
    expectThrows(() => findProject(path('one')), 'PAGE_NOT_FOUND', path('one/index.html'));
  });
});
