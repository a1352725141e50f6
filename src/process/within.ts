/** Waits for work to end, however it does, but no longer than so many milliseconds. */
export function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, milliseconds);
    const end = () => {
      clearTimeout(late);
      resolve();
    };
    work.then(end, end);
  });
}
