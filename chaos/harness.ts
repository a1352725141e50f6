import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Places, renderCommand, type SourceFault, type SourceScript } from './commands';
import { Control } from './control';
import { type Expected, failureOf, succeeds } from './expected';
import { Invariants } from './invariants';
import type { Place } from './leftovers';
import { Family, MARK, type Process, signal } from './processes';
import { type Ended, Program } from './program';
import type { References } from './reference';
import type { Scenario } from './scenario';
import { SmallDisk } from './smallDisk';

/** How a render is started otherwise than plainly. */
export interface StartOptions {
  readonly args?: readonly string[];
  /** Wraps the command line, to have it run under some limit. */
  readonly wrap?: (command: readonly string[]) => readonly string[];
}

const open = new Set<Harness>();

/** Ends all runs that are going on, at once. */
export function closeHarnesses(): void {
  for (const harness of open) harness.close(false);
}

const LONGEST = 60_000; // ms for a program of a few seconds.
const GRACE = 1500; // ms for processes to be gone that have been killed.

/** Where one run takes place: a scenario, folders of its own, and the programs that render it. */
export class Harness {
  readonly promises: Invariants;
  readonly places: Places;
  readonly family: Family;
  /** What the source is to do beside its frames. The same in all programs of a run, or they could not be resumed. */
  script: SourceScript = {};
  private readonly temporary: string;
  private disk: SmallDisk | undefined;
  private isRepeated = false;
  private readonly programs: Program[] = [];

  private constructor(
    readonly scenario: Scenario,
    readonly folder: string,
    private readonly references: References,
    private readonly control: Control,
    place: Place,
  ) {
    this.family = new Family(folder);
    this.temporary = join(folder, 'tmp');
    this.places = {
      output: place.output,
      state: join(folder, 'state'),
      control: control.url,
      sound: references.sound,
      film: references.film,
    };
    this.promises = new Invariants(scenario, place, references);
  }

  /** Makes folders in `folder`, and puts an old file in the output's place if the scenario wants one. */
  static async open(scenario: Scenario, folder: string, references: References): Promise<Harness> {
    await references.of(scenario); // First, so that it does not take the time of what is measured.
    const state = join(folder, 'state');
    for (const name of ['out', 'tmp', 'state']) mkdirSync(join(folder, name), { recursive: true });
    const output = join(folder, 'out', `scenario${scenario.encoding.extension}`);
    const place = { output, temporary: join(folder, 'tmp') };
    if (scenario.hasOld) writeFileSync(output, randomBytes(1000));
    const control = await Control.open(state, () => harness.script.fault?.times ?? 0);
    const harness: Harness = new Harness(scenario, folder, references, control, place);
    open.add(harness);
    return harness;
  }

  plan(mark: number | undefined, fault?: SourceFault): void {
    this.script = { ...(mark === undefined ? {} : { mark }), ...(fault ? { fault } : {}) };
  }

  /** Whether the source has come to the frame that is to be marked. */
  get isMarked(): boolean {
    return existsSync(join(this.places.state, 'mark'));
  }

  /** Has the source and the programs that stand in for FFmpeg behave from now on. */
  calm(): void {
    writeFileSync(join(this.places.state, 'off'), '');
  }

  start({ args = [], wrap = (command) => command }: StartOptions = {}): Program {
    const command = [...renderCommand(this.scenario, this.script, this.places), ...args];
    const env = { ...process.env, TMPDIR: this.temporary, [MARK]: this.folder, NO_COLOR: '1' };
    const program = new Program(wrap(command), env);
    this.programs.push(program);
    this.watch(program).catch(() => {}); // It has ended.
    return program;
  }

  /** Waits until a process of the run is of some kind, and returns one; undefined when the program ended before. */
  async find(program: Program, kind: (one: Process) => boolean, luck: number): Promise<Process | undefined> {
    let found: Process[] = [];
    await program.until(() => {
      found = this.family.alive().filter(kind);
      return found.length > 0;
    });
    return found[Math.floor(luck * found.length)];
  }

  /** Sends a signal to a process of some kind. Returns which one has received it. */
  async strike(
    program: Program,
    kind: (one: Process) => boolean,
    name: NodeJS.Signals,
    luck: number,
  ): Promise<Process | undefined> {
    const target = await this.find(program, kind, luck);
    return target && signal(target.pid, name) ? target : undefined;
  }

  /** Waits for a program's end, and checks all promises. */
  async finish(program: Program, expected: Expected): Promise<Ended> {
    const ended = await program.ended;
    const left = await this.leftOver();
    await this.promises.check(ended, expected, left);
    return ended;
  }

  /** Renders to the end what a program left unfinished, with all faults over. */
  async recover(ended: Ended): Promise<void> {
    if (ended.code === 0) return;
    this.calm();
    await this.finish(this.start({ args: this.resuming() }), succeeds);
  }

  /** What it takes to go on with what is there: an unfinished render, or a video that was complete already. */
  resuming(): readonly string[] {
    const { promises } = this;
    if (!promises.isResumable) this.isRepeated = promises.startsOver() || this.isRepeated;
    return [...(promises.isResumable ? ['--resume'] : []), ...(this.isRepeated ? ['--overwrite'] : [])];
  }

  /** Size of the video where nothing goes wrong, in bytes. */
  async usualBytes(): Promise<number> {
    return (await this.references.of(this.scenario)).bytes;
  }

  /** What a failed program said, in short. */
  static words(ended: Ended): string {
    const retries = ended.lines.filter(({ type }) => type === 'retried').length;
    const how = ended.signal ?? failureOf(ended)?.code ?? (ended.code === 0 ? 'done' : `exit ${ended.code}`);
    return retries === 0 ? how : `${how} after ${retries} ${retries === 1 ? 'retry' : 'retries'}`;
  }

  /** Puts a small disk where the output goes; undefined where that is not allowed. */
  mount(bytes: number): SmallDisk | undefined {
    this.disk = SmallDisk.mount(dirname(this.places.output), bytes);
    return this.disk;
  }

  /** Ends whatever is left, and removes all files. */
  close(keep: boolean): void {
    open.delete(this);
    this.control.close();
    for (const { pid } of this.family.alive()) signal(pid, 'SIGKILL');
    this.disk?.unmount();
    if (!keep) rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Ends a program that does not end by itself. */
  private async watch(program: Program): Promise<void> {
    const inTime = new AbortController();
    program.ended.then(() => inTime.abort());
    await sleep(LONGEST, undefined, { signal: inTime.signal });
    this.promises.break(6, `the program did not end within ${LONGEST / 1000} s`);
    for (const { pid } of this.family.alive()) signal(pid, 'SIGKILL');
  }

  /** The processes that are left when a program has ended, while no other is at work. */
  private async leftOver(): Promise<Process[] | undefined> {
    if (this.programs.some(({ isOver }) => !isOver)) return undefined;
    const end = performance.now() + GRACE;
    let left = this.family.alive();
    while (left.length > 0 && performance.now() < end) {
      await sleep(20);
      left = this.family.alive();
    }
    return left;
  }
}
