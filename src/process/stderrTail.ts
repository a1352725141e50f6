/** The last `limit` bytes of what a program said on its standard error. */
export class StderrTail {
  private kept = Buffer.alloc(0);

  constructor(private readonly limit = 65536) {}

  add(chunk: Buffer): void {
    this.kept = Buffer.concat([this.kept, chunk]).subarray(-this.limit);
  }

  /** Everything that is kept. */
  toString(): string {
    return this.kept.toString('utf8').trim();
  }
}
