const TEXT_AT = 64 + 4 * 56; // After the file's header and those of its four segments.
const FAIL = Buffer.from('b801000000c30000', 'hex'); // mov eax, 1; ret
const DATA_AT = 0x1000; // A page of its own, as the dynamic linker writes to it.

/** A shared library for Linux x64 whose functions all return 1 and do nothing else, and whose variables are null. */
export function failingLibrary(
  name: string,
  functions: readonly string[],
  variables: readonly string[],
): Buffer {
  const nulls = TEXT_AT + FAIL.length;
  const symbols = [
    ...functions.map((symbol) => ({ symbol, at: TEXT_AT, type: 2, size: FAIL.length })),
    ...variables.map((symbol) => ({ symbol, at: nulls, type: 1, size: 8 })),
  ];
  const strings = Buffer.from(`\0${[name, ...symbols.map(({ symbol }) => symbol)].join('\0')}\0`);
  const nameAt = (text: string) => strings.indexOf(`\0${text}\0`) + 1;

  const count = symbols.length + 1; // The first symbol is always empty.
  const chain = symbols.map((_, index) => (index + 2) % count); // One bucket: all symbols in a row.
  const hash = words(32, [1, count, 1, 0, ...chain]);
  const table = Buffer.concat([
    Buffer.alloc(24),
    ...symbols.map(({ symbol, at, type, size }) =>
      Buffer.concat([words(32, [nameAt(symbol)]), Buffer.from([16 + type, 0, 1, 0]), words(64, [at, size])]),
    ),
  ]);

  const tableAt = nulls + 8;
  const hashAt = tableAt + table.length;
  const stringsAt = hashAt + hash.length;
  const end = stringsAt + strings.length;
  if (end > DATA_AT) throw new RangeError('too many names for one page');
  const dynamic = words(64, [
    ...[4, hashAt, 5, stringsAt, 6, tableAt],
    ...[10, strings.length, 11, 24, 14, nameAt(name), 0, 0],
  ]);

  const header = Buffer.concat([
    Buffer.from('7f454c46020101000000000000000000' + '03003e0001000000', 'hex'),
    words(64, [0, 64, 0]), // No entry; the segments' headers; no sections.
    Buffer.from('00000000' + '4000' + '3800' + '0400' + '4000' + '0000' + '0000', 'hex'),
  ]);
  const segments = Buffer.concat([
    segment(1, 5, 0, end), // Loaded, to read and run.
    segment(1, 6, DATA_AT, dynamic.length), // Loaded, to read and write.
    segment(2, 6, DATA_AT, dynamic.length), // What the dynamic linker has to know.
    segment(0x6474e551, 6, 0, 0), // The stack need not be executable.
  ]);
  const text = Buffer.concat([header, segments, FAIL, Buffer.alloc(8), table, hash, strings]);
  return Buffer.concat([text, Buffer.alloc(DATA_AT - end), dynamic]);
}

function segment(type: number, flags: number, at: number, size: number): Buffer {
  return Buffer.concat([words(32, [type, flags]), words(64, [at, at, at, size, size, 0x1000])]);
}

function words(bits: 32 | 64, values: readonly number[]): Buffer {
  const size = bits / 8;
  const bytes = Buffer.alloc(values.length * size);
  for (const [index, value] of values.entries()) bytes.writeUIntLE(value, index * size, Math.min(size, 6));
  return bytes;
}
