import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ChildOptions, ChildProcess, describeExit, exitDetails } from '../../src/process/childProcess';
import { compiledSources } from '../support/compiled';
import { gone, isAlive } from '../support/encoderProcess';
import { exitListeners } from '../support/exitListeners';
import { useFolder } from '../support/folder';
import { settle } from '../support/settle';

describe('ChildProcess', () => {
  const path = useFolder();
  let listeners = 0;
  before(compiledSources);
  beforeEach(() => {
    listeners = exitListeners();
  });
  afterEach(() => expect(exitListeners()).to.equal(listeners));

  const shell = (script: string, options: Partial<ChildOptions> = {}) =>
    new ChildProcess('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'pipe'], ...options });

  /** Starts a script that writes the process id of a helper of its own to a file, and waits for that. */
  async function withHelper(script: string, options?: Partial<ChildOptions>) {
    const child = shell(
      `sleep 600 & echo $! > '${path('new')}'; mv '${path('new')}' '${path('helper')}'; ${script}`,
      options,
    );
    while (!existsSync(path('helper'))) await settle();
    return { child, helper: Number(readFileSync(path('helper'), 'utf8')) };
  }

  it('tells how it exited, with the end of what it wrote to standard error', async () => {
    const exit = await shell('echo why >&2; exit 3').exited;
    expect(exit).to.deep.equal({ code: 3, signal: null, stderr: 'why', cause: undefined });
    expect(describeExit(exit)).to.equal('exited with code 3');
    expect(exitDetails(exit)).to.deep.equal({ exitCode: 3, signal: null, stderr: 'why', cause: undefined });
  });

  it('tells which signal killed it', async () => {
    const child = shell('exec sleep 600');
    process.kill(child.pid as number, 'SIGSEGV');
    expect(describeExit(await child.exited)).to.equal('was killed by SIGSEGV');
  });

  it('tells why it could not be started', async () => {
    const child = new ChildProcess(path('nothing'), [], { stdio: ['pipe', 'pipe', 'pipe'] });
    const exit = await child.exited;
    expect(exit).to.include({ code: null, signal: null });
    expect(describeExit(exit)).to.match(/^could not be started: .*ENOENT/);
    child.kill();
    await child.stop();
  });

  it('throws when no more files can be opened, and does nothing worse', () => {
    const program = `
      const { ChildProcess } = require(${JSON.stringify(join(compiledSources(), 'process/childProcess.js'))});
      const { openSync } = require('node:fs');
      try { for (;;) openSync('/dev/null'); } catch {}
      try { new ChildProcess('/bin/true', [], { stdio: ['pipe', 'pipe', 'pipe'] }); }
      catch ({ message }) { console.log(message); }`;
    const said = execFileSync('/bin/sh', [
      '-c',
      'ulimit -n 64; exec "$@"',
      'sh',
      process.execPath,
      '-e',
      program,
    ]);
    expect(said.toString()).to.equal('too many files are open\n');
  });

  it('gets what it needs in its environment beside what is there', async () => {
    const child = shell('[ "$MORE" = more ] && [ -n "$PATH" ]', { env: { MORE: 'more' } });
    expect((await child.exited).code).to.equal(0);
  });

  it('is asked to end before it is killed', async () => {
    const child = shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done");
    await new Promise((resolve) => child.output(1).once('data', resolve));
    await child.stop();
    expect(await child.exited).to.include({ code: 5, signal: null });
  });

  it('is killed when it does not end by itself', async () => {
    const child = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
    await new Promise((resolve) => child.output(1).once('data', resolve));
    await child.stop();
    expect(await child.exited).to.include({ code: null, signal: 'SIGKILL' });
  });

  it('is killed with all that it has started', async () => {
    const { child, helper } = await withHelper('wait');
    child.kill();
    await child.exited;
    await gone(helper);
  });

  it('leaves what it has started alone when it exits by itself', async () => {
    const { child, helper } = await withHelper('exit 1');
    await child.exited;
    expect(isAlive(helper)).to.equal(true);
    process.kill(helper, 'SIGKILL');
  });

  it('takes what it has started along when it exits, if it is told to', async () => {
    const { child, helper } = await withHelper('exit 1', { killsHelpers: true });
    await child.exited;
    await gone(helper);
  });

  it('says with NODE_DEBUG=filmgate what it runs, and how that ended', () => {
    const program = `
      const { ChildProcess } = require(${JSON.stringify(join(compiledSources(), 'process/childProcess.js'))});
      new ChildProcess('/bin/sh', ['-c', 'exit 4'], { stdio: ['pipe', 'pipe', 'pipe'] });`;
    const env = { ...process.env, NODE_DEBUG: 'filmgate' };
    const args = ['-c', 'exec "$@" 2>&1', 'sh', process.execPath, '-e', program];
    const said = execFileSync('/bin/sh', args, { env }).toString();
    expect(said).to.match(
      /FILMGATE \d+: process (\d+) started: \["\/bin\/sh","-c","exit 4"\]\n.*process \1 exited with code 4\n/,
    );
  });
});
