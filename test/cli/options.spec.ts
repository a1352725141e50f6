import { expect } from 'chai';
import { Command } from 'commander';
import { addRenderOptions, type RenderFlags, renderOptions } from '../../src/cli/options';
import { expectThrows } from '../support/expectThrows';

describe('renderOptions', () => {
  const read = (...args: string[]) => {
    const command = addRenderOptions(new Command().exitOverride());
    return renderOptions({ ...command.parse(args, { from: 'user' }).opts<RenderFlags>(), output: 'out.mp4' });
  };

  it('asks for nothing that was not asked for', () => {
    expect(read()).to.deep.equal({ output: 'out.mp4', faststart: true });
  });

  const cases: [string[], object][] = [
    [['--segment', '10s'], { segment: '10s' }],
    [['--segment', 'off'], { segment: 'off' }],
    [['--resume'], { resume: true }],
    [['--restart'], { restart: true }],
    [['--lanes', '3'], { lanes: 3 }],
    [['--lanes', 'auto'], { lanes: 'auto' }],
    [['--workers', '3'], { workers: 3 }],
    [['--workers', 'auto'], { workers: 'auto' }],
    [['--max-tries', '5'], { maxTries: 5 }],
    [['--frame-timeout', '2.5'], { frameTimeout: 2.5 }],
    [['--encoder-timeout', '90'], { encoderTimeout: 90 }],
    [['--audio', 'a.mp3@2.5s,volume=0.5'], { audio: ['a.mp3@2.5s,volume=0.5'] }],
    [['--audio', 'a.mp3', '--fps', '25', '--audio', 'b.wav'], { audio: ['a.mp3', 'b.wav'], fps: '25' }],
  ];
  for (const [args, options] of cases) {
    it(args.join(' '), () => {
      expect(read(...args)).to.deep.equal({ output: 'out.mp4', faststart: true, ...options });
    });
  }

  for (const option of ['lanes', 'workers', 'max-tries', 'frame-timeout', 'encoder-timeout']) {
    for (const text of ['x', '', ' ', '3x', 'Infinity']) {
      it(`refuses --${option} ${JSON.stringify(text)}, and names it`, () => {
        expectThrows(() => read(`--${option}`, text), 'INVALID_OPTION', `${option}: "${text}"`);
      });
    }
  }

  it('does not mix the sound of one render with that of another', () => {
    read('--audio', 'a.mp3');
    expect(read('--audio', 'b.mp3')).to.deep.include({ audio: ['b.mp3'] });
  });
});
