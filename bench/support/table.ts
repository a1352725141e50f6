type Row = readonly (string | number)[];

/** Rows as text: columns aligned, numbers to the right, a line under the heading. */
export function formatTable(rows: readonly Row[]): string {
  const [heading = [], ...body] = rows;
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  const format = (row: Row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('   ');
  return [
    heading.map((cell, column) => String(cell).padEnd(widths[column] ?? 0)).join('   '),
    rule,
    ...body.map(format),
  ].join('\n');
}

function pad(cell: string | number, width: number): string {
  return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
}
