import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type ProbeOptions, probe } from '../../src/process/probe';
import { isAlive } from '../support/encoderProcess';
import { useFolder } from '../support/folder';
import { settle } from '../support/settle';

describe('probe', () => {
  const path = useFolder();
  const ask = (script: string, options?: ProbeOptions) => probe('/bin/sh', ['-c', script], options);
  const failure = async (script: string, options?: ProbeOptions) =>
    ask(script, options).then(
      () => undefined,
      ({ message }: Error) => message,
    );

  it('tells what a program wrote', async () =>
    expect(await ask('echo one; echo two >&2')).to.deep.equal({ stdout: 'one\n', stderr: 'two' }));

  it('rejects when it fails, with the last line of why', async () => {
    expect(await failure('echo first >&2; echo last >&2; exit 3')).to.equal('it exited with code 3: last');
    expect(await failure('kill -9 $$')).to.equal('it was killed by SIGKILL');
  });

  it('rejects when it takes too long', async () =>
    expect(await failure('exec sleep 600', { limit: 50 })).to.equal('it gave no answer within 0.05 s'));

  it('rejects when it is aborted, and the program is gone by then', async () => {
    const stop = new AbortController();
    const file = path('pid');
    const asking = failure(`echo $$ > '${file}.new'; mv '${file}.new' '${file}'; exec sleep 600`, {
      signal: stop.signal,
    });
    while (!existsSync(file)) await settle();
    stop.abort();
    expect(await asking).to.equal('it was killed by SIGKILL');
    expect(isAlive(Number(readFileSync(file, 'utf8')))).to.equal(false);
    expect(await failure('exec sleep 600', { signal: stop.signal })).to.equal('it was killed by SIGKILL');
  });
});
