/** Lets everything happen that is already due: all promises that can settle have settled after it. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets others run so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await settle();
}

/** A promise that a test resolves when it wants to. */
export function later<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settled) => {
    resolve = settled;
  });
  return { promise, resolve: (value) => resolve(value) };
}
