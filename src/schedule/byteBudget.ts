/**
 * Counts the bytes that outstanding frames hold or may come to hold. A frame that is not captured yet counts with
 * the most it can have, a captured one with what it has: the sum stays within the budget whatever sizes come.
 * One frame is always let through, so that a budget below one frame slows a render but never stops it.
 */
export class ByteBudget {
  private readonly held = new Map<number, number>();
  private total = 0;

  constructor(
    private readonly budget: number,
    private readonly perFrame: number,
  ) {}

  hasRoom(): boolean {
    return this.held.size === 0 || this.total + this.perFrame <= this.budget;
  }

  reserve(index: number): void {
    this.hold(index, this.perFrame);
  }

  hold(index: number, bytes: number): void {
    this.total += bytes - (this.held.get(index) ?? 0);
    this.held.set(index, bytes);
  }

  release(index: number): void {
    this.total -= this.held.get(index) ?? 0;
    this.held.delete(index);
  }
}
