import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { withParentDeathSignal } from '../../src/process/parentDeathSignal';
import { isProgram } from '../../src/process/programs';
import { gone, isAlive } from '../support/encoderProcess';

const SOURCE = join(__dirname, '../../src/process/parentDeathSignal');
const TS_NODE = require.resolve('ts-node/register/transpile-only');

describe('withParentDeathSignal', () => {
  it('runs the program with its own arguments, whatever they look like', async () => {
    const args = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', '--pdeathsig', 'a b', ''];
    const child = spawn(...withParentDeathSignal(process.execPath, args), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(child.stdout as NodeJS.ReadableStream), 'line');
    expect(JSON.parse(line)).to.deep.equal(['--pdeathsig', 'a b', '']);
  });

  it('is the process itself: what ends it, ends the program', async () => {
    const child = spawn(...withParentDeathSignal(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect([code, signal]).to.deep.equal([null, 'SIGTERM']);
  });

  it('leaves the arguments that it was given as they are', () => {
    const args = ['-i', 'pipe:0'];
    withParentDeathSignal('ffmpeg', args)[1].push('more');
    expect(args).to.deep.equal(['-i', 'pipe:0']);
  });

  for (const stopped of [false, true]) {
    it(`ends the program with the process that started it${stopped ? ', though it stands still' : ''}`, async function () {
      if (!isProgram('/usr/bin/setpriv')) this.skip();
      // It reads nothing that would tell it, and holds none of its parent's pipes.
      const program = `
        const { spawn } = require('node:child_process');
        const { withParentDeathSignal } = require(${JSON.stringify(SOURCE)});
        const args = ['-c', 'echo up; exec sleep 1000 > /dev/null'];
        const child = spawn(...withParentDeathSignal('/bin/sh', args), { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
        child.stdout.once('data', () => {
          if (${stopped}) child.kill('SIGSTOP');
          console.log(child.pid);
        });
        setInterval(() => {}, 1000);`;
      const parent = spawn(process.execPath, ['-r', TS_NODE, '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: join(__dirname, '../..'),
      });
      const [line] = await once(createInterface(parent.stdout as NodeJS.ReadableStream), 'line');
      expect(isAlive(Number(line))).to.equal(true);
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      await gone(Number(line));
    });
  }
});
