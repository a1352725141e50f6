import { expect } from 'chai';
import { Command } from 'commander';
import { addFlags, givenFlags, readFlags } from '../../src/cli/flags';
import type { RenderOptions } from '../../src/index';
import { PAGE_OPTIONS } from '../../src/options/pageOptions';
import { RENDER_OPTIONS } from '../../src/options/renderOptions';
import { SCENE_OPTIONS } from '../../src/options/sceneOptions';
import { expectThrows } from '../support/expectThrows';

describe('flags', () => {
  const rows = { ...RENDER_OPTIONS, ...PAGE_OPTIONS, ...SCENE_OPTIONS };
  const read = (...args: string[]) => {
    const command = addFlags(new Command().exitOverride(), rows);
    command.parse(['-o', 'out.mp4', ...args], { from: 'user' });
    return readFlags<RenderOptions>(rows, givenFlags(command));
  };

  it('become no option that was not given', () => {
    expect(read()).to.deep.equal({ output: 'out.mp4' });
  });

  const cases: [string[], object][] = [
    [['--segment', '10s'], { segment: '10s' }],
    [['--segment', 'off'], { segment: 'off' }],
    [['--resume'], { resume: true }],
    [['--restart'], { restart: true }],
    [['-y'], { overwrite: true }],
    [['--alpha'], { alpha: true }],
    [['--no-alpha'], { alpha: false }],
    [['--no-faststart'], { faststart: false }],
    [['--no-dedupe'], { dedupe: false }],
    [['--keep-going'], { keepGoing: true }],
    [['--sequential'], { sequential: true }],
    [['--lanes', '3'], { lanes: 3 }],
    [['--workers', '3'], { workers: 3 }],
    [['--workers', 'auto'], { workers: 'auto' }],
    [['--max-tries', '5'], { maxTries: 5 }],
    [['--frame-timeout', '2.5'], { frameTimeout: 2.5 }],
    [['--encoder-timeout', '90'], { encoderTimeout: 90 }],
    [['--codec', 'h265'], { codec: 'h265' }],
    [['--params', '{"title":"Hello"}'], { params: { title: 'Hello' } }],
    [['--audio', 'a.mp3@2.5s,volume=0.5'], { audio: ['a.mp3@2.5s,volume=0.5'] }],
    [['--audio', 'a.mp3', '--fps', '25', '--audio', 'b.wav'], { audio: ['a.mp3', 'b.wav'], fps: '25' }],
  ];
  for (const [args, options] of cases) {
    it(`${args.join(' ')} becomes ${JSON.stringify(options)}`, () => {
      expect(read(...args)).to.deep.equal({ output: 'out.mp4', ...options });
    });
  }

  const numbers = {
    lanes: '--lanes',
    workers: '--workers',
    maxTries: '--max-tries',
    frameTimeout: '--frame-timeout',
    encoderTimeout: '--encoder-timeout',
  };
  for (const [option, flag] of Object.entries(numbers)) {
    for (const text of ['x', '', ' ', '3x', 'Infinity']) {
      it(`refuses ${flag} ${JSON.stringify(text)} and names the option`, () => {
        expectThrows(() => read(flag, text), 'INVALID_OPTION', `${option}: invalid value "${text}"`);
      });
    }
  }

  it('refuse a word that is not among the choices, and list them', () => {
    expectThrows(
      () => read('--image', 'webp'),
      'INVALID_OPTION',
      'image: invalid value "webp"; use one of png, jpeg',
    );
    expectThrows(
      () => read('--lanes', 'auto'),
      'INVALID_OPTION',
      'lanes: invalid value "auto"; give a number',
    );
  });

  it('keep the audio tracks of one command apart from those of another', () => {
    read('--audio', 'a.mp3');
    expect(read('--audio', 'b.mp3')).to.deep.include({ audio: ['b.mp3'] });
  });
});
