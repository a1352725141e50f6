/** Numbers from 0 to below 1 that follow from a seed alone: mulberry32 (Tommy Ettinger, public domain), small and fast. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same for seeds that lie close together. */
export function randomFrom(seed: number): () => number {
  return mulberry32(Math.imul(seed, 0x9e3779b1));
}
