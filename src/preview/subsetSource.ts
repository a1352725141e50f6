import { from, map, NEVER } from 'rxjs';
import type {
  CapturePlan,
  CaptureSession,
  CaptureSource,
  CaptureWorker,
  SourceDescription,
  SourceOverrides,
} from '../capture/source';

/** A source of some frames of another: its frame *n* is that one's frame `choose(…)[n]`. They must be in ascending order. */
export function subsetSource(
  source: CaptureSource,
  choose: (description: SourceDescription) => readonly number[],
): CaptureSource {
  return { open: () => new SubsetSession(source.open(), choose) };
}

class SubsetSession implements CaptureSession {
  private whole: SourceDescription | undefined;
  private indices: readonly number[] = [];

  constructor(
    private readonly session: CaptureSession,
    private readonly choose: (description: SourceDescription) => readonly number[],
  ) {}

  get events() {
    return this.session.events ?? NEVER;
  }

  async describe(wanted: SourceOverrides): Promise<SourceDescription> {
    this.whole = await this.session.describe(wanted);
    this.indices = this.choose(this.whole);
    return { ...this.whole, frames: this.indices.length };
  }

  prepare(plan: CapturePlan): (name: string) => CaptureWorker {
    const first = this.indices[0] ?? 0;
    const range = { first, count: (this.indices.at(-1) ?? first) - first + 1 };
    const open = this.session.prepare({
      ...plan,
      frames: this.whole?.frames ?? plan.frames,
      range,
    });
    return (name) => {
      const worker = open(name);
      return {
        ready: worker.ready,
        capture: (request) => {
          const { index } = request;
          const asked = { ...request, index: this.indices[index] as number };
          return from(worker.capture(asked)).pipe(map((frame) => ({ ...frame, index })));
        },
        close: () => worker.close(),
      };
    };
  }

  close(): Promise<void> {
    return this.session.close();
  }
}
