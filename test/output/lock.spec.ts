import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Holder, holderOf, takeLock } from '../../src/output/lock';
import { isAlive } from '../support/encoderProcess';
import { useFolder } from '../support/folder';
import { type OtherProcess, useOtherProcesses } from '../support/otherProcess';

describe('a lock', () => {
  const path = useFolder();
  const startOthers = useOtherProcesses();

  const held = (): Holder => JSON.parse(readFileSync(path('lock'), 'utf8'));
  const write = (content: unknown) =>
    writeFileSync(path('lock'), typeof content === 'string' ? content : JSON.stringify(content));
  const taking = (file = path('lock')) => `src('output/lock.js').takeLock(${JSON.stringify(file)})`;
  const take = (other: OtherProcess, file?: string) => other.run<Holder | undefined>(taking(file));

  /** The number of a process that has ended. */
  async function deadPid(): Promise<number> {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    return child.pid as number;
  }

  function expectTaken(): void {
    expect(takeLock(path('lock'))).to.equal(undefined);
    expect(held()).to.include({ pid: process.pid, host: hostname() });
    expect(readdirSync(path())).to.deep.equal(['lock']);
  }

  it('is taken, and says by whom', () => {
    expect(holderOf(path('lock'))).to.equal(undefined);
    expectTaken();
    expect(holderOf(path('lock'))).to.include({ pid: process.pid });
  });

  it('is refused while it is held, also to the process that holds it', () => {
    takeLock(path('lock'));
    expect(takeLock(path('lock'))).to.include({ pid: process.pid, host: hostname() });
    expect(readdirSync(path())).to.deep.equal(['lock']);
    rmSync(path('lock'));
    expectTaken();
  });

  it('is refused while another process holds it, and taken over when that has been killed', async () => {
    const [other] = startOthers(1) as [OtherProcess];
    expect(await take(other)).to.equal(undefined);
    expect(takeLock(path('lock'))).to.include({ pid: other.pid });
    expect(holderOf(path('lock'))).to.include({ pid: other.pid });
    await other.kill();
    expect(holderOf(path('lock'))).to.equal(undefined);
    expectTaken();
  });

  it('of another machine is refused, because nobody can tell from here', async () => {
    const holder = { pid: await deadPid(), started: '1', host: `not-${hostname()}` };
    write(holder);
    expect(takeLock(path('lock'))).to.deep.equal(holder);
    expect(held()).to.deep.equal(holder);
  });

  describe('that says nothing of anybody is taken over', () => {
    const contents = ['', 'busy', '{"pid":', '{}', '[]', 'null', '42', '\0\0\0\0'];
    const holders = [{ pid: '1' }, { pid: 1.5 }, { pid: 0 }, { pid: -1 }, { host: hostname() }];
    for (const content of [...contents, ...holders]) {
      it(JSON.stringify(content), () => {
        write(typeof content === 'string' ? content : { host: hostname(), ...content });
        expect(holderOf(path('lock'))).to.equal(undefined);
        expectTaken();
      });
    }

    it('a process, but not of which machine', () => {
      write({ pid: process.pid });
      expectTaken();
    });
  });

  it('says why it cannot be taken', () => {
    expect(() => takeLock(path('nowhere/lock')))
      .to.throw()
      .with.property('code', 'ENOENT');
  });

  if (process.platform === 'linux') {
    it('is taken over where another process has the number now', () => {
      takeLock(path('lock'));
      write({ ...held(), started: `1${held().started}` });
      expect(holderOf(path('lock'))).to.equal(undefined);
      expectTaken();
    });

    it('of a zombie is taken over', async () => {
      // What `sh` has started becomes the child of `sleep`, which does not wait for it.
      const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      try {
        const zombie = await firstNumber(parent);
        while (!readFileSync(`/proc/${parent.pid}/stat`, 'utf8').includes('(sleep)')) await sleep(5);
        const [started] = readFileSync(`/proc/${zombie}/stat`, 'utf8').split(' ').slice(21);
        const holder = { pid: zombie, started, host: hostname() };
        write(holder);
        expect(takeLock(path('lock'))).to.deep.equal(holder);
        process.kill(zombie, 'SIGKILL');
        while (isAlive(zombie)) await sleep(5);
        expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).to.include(') Z ');
        expectTaken();
      } finally {
        parent.kill('SIGKILL');
      }
    });
  }

  describe('for which several processes race', () => {
    const ROUNDS = 150;
    const RACERS = 4;

    const starts: [string, (lock: string, dead: number) => void][] = [
      ['is taken by exactly one', () => {}],
      [
        'of a dead process is taken over by exactly one',
        (lock, pid) => writeFileSync(lock, JSON.stringify({ pid, started: '1', host: hostname() })),
      ],
      ['of nobody is taken over by exactly one', (lock) => writeFileSync(lock, '')],
    ];
    for (const [what, prepare] of starts) {
      it(what, async () => {
        const racers = startOthers(RACERS);
        const dead = await deadPid();
        await Promise.all(racers.map((racer) => racer.run("src('output/lock.js') && 0")));
        for (let round = 0; round < ROUNDS; round += 1) {
          const name = `lock ${round}`;
          prepare(path(name), dead);
          const at = Date.now() + 3; // So that they begin together.
          const race = `(() => { while (Date.now() < ${at}); return ${taking(path(name))}; })()`;
          const ends = await Promise.all(racers.map((racer) => racer.run<Holder | undefined>(race)));
          const winners = racers.filter((_, index) => ends[index] === undefined).map(({ pid }) => pid);
          expect(winners, `winners of round ${round}`).to.have.length(1);
          expect(holderOf(path(name))?.pid).to.equal(winners[0]);
          const told = ends.flatMap((holder) => holder?.pid ?? []);
          expect(told.every((pid) => racers.some((racer) => racer.pid === pid))).to.equal(true);
        }
        expect(readdirSync(path())).to.have.length(ROUNDS); // Nothing lies beside the locks.
      });
    }

    it('does not suffer from those that are killed while they take it over', async () => {
      const dead = JSON.stringify({ pid: await deadPid(), started: '1', host: hostname() });
      const fs = "require('node:fs')";
      const file = JSON.stringify(path('lock'));
      for (let round = 0; round < 12; round += 1) {
        const [other] = startOthers(1) as [OtherProcess];
        await other.run("src('output/lock.js') && 0");
        const again = `${fs}.writeFileSync(${file}, ${JSON.stringify(dead)}); ${taking()};`;
        const looping = other.run(`(() => { process.send({}); for (;;) { ${again} } })()`);
        await looping; // It has begun.
        await other.kill();
        write(dead);
        expect(takeLock(path('lock')), `round ${round}`).to.equal(undefined);
        rmSync(path(), { recursive: true });
        mkdirSync(path());
      }
    });
  });
});

async function firstNumber({ stdout }: ChildProcess): Promise<number> {
  const [chunk] = await once(stdout as NonNullable<typeof stdout>, 'data');
  return Number.parseInt(String(chunk), 10);
}
