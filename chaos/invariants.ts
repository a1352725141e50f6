import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Expected, endProblem } from './expected';
import { isResumable, type Place, strangeFiles, workDirectoryProblem } from './leftovers';
import type { Process } from './processes';
import type { Ended } from './program';
import type { References } from './reference';
import type { Scenario } from './scenario';
import { blameProblems, type Side } from './stallAttribution';
import { contentOf, soundProblem, timeProblem } from './video';

/** Holds what programs leave against what Filmgate promises. */
export class Invariants {
  /** Those that were broken, with what was seen. */
  readonly broken: string[] = [];
  /** Segments that programs have said to be verified, of the render that is unfinished, and their frames. */
  private readonly verified = new Map<number, number>();
  private before: string | undefined;
  private isComplete = false;
  /** Whether the new video was in its place, and somebody has removed it. */
  private isTaken = false;

  constructor(
    private readonly scenario: Scenario,
    private readonly place: Place,
    private readonly references: References,
  ) {
    this.before = digestOf(place.output);
  }

  break(promise: number, what: string): void {
    this.broken.push(`promise ${promise}: ${what}`);
  }

  /** Whether there is an unfinished render that could be gone on with. */
  get isResumable(): boolean {
    return isResumable(this.place);
  }

  /** Says that the next program renders everything. Returns whether the whole video has been there already. */
  startsOver(): boolean {
    if (this.isComplete) this.verified.clear();
    return this.isComplete;
  }

  /** Says that the output's folder is gone, with all that was in it; the output is at `path` now, if it was there. */
  forget(path: string): void {
    const taken = digestOf(path);
    this.isTaken = taken !== undefined && taken !== this.before;
    this.before = undefined;
    this.verified.clear();
  }

  /** Checks what a program has left: `left` are its processes, undefined while another program is at work. */
  async check(ended: Ended, expected: Expected, left: readonly Process[] | undefined): Promise<void> {
    const problem = endProblem(ended, expected);
    if (problem) this.break(expected.success === 'must' ? 2 : 6, problem);
    for (const { pid, command } of left ?? [])
      this.break(4, `process ${pid} is left: ${command.slice(0, 100)}`);
    this.checkWindow(ended);
    this.checkSegments(ended);
    await this.checkVideo(ended);
    if (left) this.checkFiles(ended);
  }

  /** What hangs is named, with how long, and nobody else is blamed for it. */
  checkBlame(ended: Ended, side: Side): void {
    for (const problem of blameProblems(ended, side)) this.break(6, problem);
  }

  /** The frame was tried again so many times at least, for these reasons. */
  checkRetries({ lines }: Ended, least: number, codes: readonly string[]): void {
    const retries = lines.filter(({ type }) => type === 'retried');
    if (retries.length < least) this.break(2, `there were ${retries.length} retries instead of ${least}`);
    const other = retries.find(({ code }) => !codes.includes(code));
    if (other) this.break(6, `a retry for another reason: ${other.code} ${other.message}`);
  }

  /** Checks how long an end has taken, in milliseconds, and tells it in words. */
  checkQuick(milliseconds: number, longest: number): string {
    const seconds = `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;
    if (milliseconds > longest) this.break(4, `it took ${seconds} to end`);
    return seconds;
  }

  private checkWindow({ lines }: Ended): void {
    for (const line of lines.filter(({ type }) => type === 'progress')) {
      const { outstanding, peakOutstanding, window, bufferedBytes, memory } = line;
      if (outstanding > window || peakOutstanding > window)
        this.break(3, `${peakOutstanding} frames were outstanding, and the window is ${window}`);
      if (bufferedBytes > memory && memory > 0)
        this.break(3, `${bufferedBytes} bytes were outstanding, of ${memory}`);
    }
  }

  private checkSegments({ lines, code }: Ended): void {
    const again = lines.filter(
      ({ type, segment }) => type === 'segmentVerified' && this.verified.has(segment),
    );
    for (const { segment } of again) this.break(5, `segment ${segment} was rendered again`);
    const refused = lines.filter(({ type }) => type === 'segmentInvalid');
    for (const { message } of refused) this.break(5, message);
    const known = [...this.verified.values()].reduce((sum, count) => sum + count, 0);
    const requested = lines.findLast(({ type }) => type === 'progress')?.requested ?? 0;
    if (requested > this.scenario.count - known)
      this.break(
        5,
        `${requested} frames were rendered, and ${known} of ${this.scenario.count} were verified before`,
      );
    for (const { type, segment, range } of lines) {
      if (type === 'segmentVerified') this.verified.set(segment, range.count);
    }
    if (code === 0) this.verified.clear();
  }

  /** The output is what it was, or nothing, or the whole video. */
  private async checkVideo({ code }: Ended): Promise<void> {
    const now = digestOf(this.place.output);
    if (now === this.before && (code !== 0 || this.isComplete)) return;
    if (now === undefined) {
      if (this.isTaken) return;
      if (code === 0) this.break(2, 'it succeeded, and there is no video');
      else this.break(1, 'the file that was there is gone');
      return;
    }
    const problem = await this.videoProblem();
    if (problem) this.break(code === 0 ? 2 : 1, problem);
    this.isComplete = true;
    this.before = now;
  }

  private async videoProblem(): Promise<string | undefined> {
    const { sums, sound } = await this.references.of(this.scenario);
    try {
      const content = await contentOf(this.place.output);
      if (content.sums.length !== sums.length)
        return `it has ${content.sums.length} frames of ${sums.length}`;
      const other = content.sums.findIndex((sum, at) => sum !== sums[at]);
      if (other >= 0) return `its frame ${other} is not what it should be`;
      if (content.sound !== sound) return `its sound is ${content.sound} instead of ${sound}`;
      const unheard = this.scenario.media ? soundProblem(content, this.scenario) : undefined;
      return unheard ?? timeProblem(content, this.scenario.fps);
    } catch (error) {
      return (error as Error).message;
    }
  }

  private checkFiles({ code, signal }: Ended): void {
    const { place, verified } = this;
    const strange = strangeFiles(place);
    if (strange.length > 0) this.break(4, `there are other files: ${strange.join(', ')}`);
    const problem = signal === 'SIGKILL' ? undefined : workDirectoryProblem(place, code, verified.size);
    if (problem) this.break(4, problem);
    if (!existsSync(dirname(place.output))) return;
    const isNeeded = verified.size > 0 && !this.isComplete; // A video that is in its place needs none any more.
    if (isNeeded && !this.isResumable) this.break(5, `${verified.size} verified segments are gone`);
  }
}

function digestOf(path: string): string | undefined {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined;
}
