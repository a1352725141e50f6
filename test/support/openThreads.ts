/** How many worker threads this process has. */
export function openThreads(): number {
  const report = process.report.getReport() as unknown as { workers: unknown[] };
  return report.workers.length;
}
