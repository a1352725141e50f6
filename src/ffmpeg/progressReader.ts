/** How far the encoder is, by its own account. */
export interface EncodeProgress {
  /** Frames encoded so far. */
  readonly frames: number;
  /** Bytes put out so far. */
  readonly bytes: number;
}

/** Reads what FFmpeg's `-progress` writes: lines of `key=value`, a block ended by a line `progress=…`. */
export class ProgressReader {
  private rest = '';
  private frames = 0;
  private bytes = 0;

  constructor(private readonly report: (progress: EncodeProgress) => void) {}

  add(chunk: Buffer): void {
    const lines = (this.rest + chunk.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.read(line);
  }

  private read(line: string): void {
    const [key, value] = line.split('=', 2);
    const count = Number(value); // `N/A` where the muxer does not know its size.
    if (key === 'frame') this.frames = count || 0;
    if (key === 'total_size') this.bytes = count || 0;
    if (key === 'progress') this.report({ frames: this.frames, bytes: this.bytes });
  }
}
