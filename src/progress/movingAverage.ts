const HALF_LIFE = 2; // seconds

/** An average over the last few seconds: what happened counts half after two seconds, a quarter after four. */
export class MovingAverage {
  private amount = 0;
  private seconds = 0;

  /** Lets `seconds` pass, in which so much happened evenly. */
  pass(seconds: number, amount: number): void {
    const kept = 0.5 ** (seconds / HALF_LIFE);
    this.seconds = this.seconds * kept + seconds;
    this.amount = this.amount * kept + amount;
  }

  /** Counts something that happened just now. */
  count(amount: number): void {
    this.amount += amount;
  }

  /** How much happened in a second. */
  get perSecond(): number {
    return this.seconds > 0 ? this.amount / this.seconds : 0;
  }
}
