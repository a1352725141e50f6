/// <reference lib="dom" />

/** Runs in the page, before its own scripts: chance falls the same way in every worker and every render. */
export function seedRandom(seed: number): void {
  let state = seed | 0;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0; // mulberry32
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const fill = <T extends ArrayBufferView | null>(array: T): T => {
    if (!array) return array;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = random() * 256;
    return array;
  };
  Math.random = random;
  Crypto.prototype.getRandomValues = fill;
  if (!('randomUUID' in Crypto.prototype)) return; // Insecure pages have none.
  Crypto.prototype.randomUUID = () => {
    const bytes = fill(new Uint8Array(16));
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40; // Version 4,
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80; // variant 1.
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}
