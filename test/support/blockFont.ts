/** A TrueType font of our own making: the letter x is a block, one em wide and four high. Nobody's licence. */
export function blockFont(): Buffer {
  const EM = 1000;
  const TOP = 3200;
  const BOTTOM = -800;
  const X = 0x78;
  const glyph = Buffer.concat([
    words(1, 0, BOTTOM, EM, TOP, 3, 0), // One contour of four points, and no instructions.
    Buffer.from([1, 1, 1, 1]), // All on the curve, with two bytes for each step.
    words(0, 0, EM, 0, BOTTOM, TOP - BOTTOM, 0, BOTTOM - TOP),
  ]);
  const name = Buffer.from('Blocks', 'utf16le').swap16();
  const names = [1, 2, 4, 6].flatMap((id) => [3, 1, 0x409, id, name.length, 0]);
  const tables: Record<string, Buffer> = {
    'OS/2': Buffer.concat([
      words(4, EM, 400, 5, 0, 650, 700, 0, 140, 650, 700, 0, 480, 50, 250, 0),
      ...[Buffer.alloc(10), longs(1, 0, 0, 0), Buffer.from('NONE')],
      words(0x40, X, X, TOP, BOTTOM, 0, TOP, -BOTTOM),
      ...[longs(1, 0), words(500, 700, 0, 32, 1)],
    ]),
    cmap: Buffer.concat([
      ...[words(0, 1, 3, 1), longs(12)],
      words(4, 32, 0, 4, 4, 1, 0, X, 0xffff, 0, X, 0xffff, 1 - X, 1, 0, 0), // The character X is glyph 1.
    ]),
    glyf: glyph,
    head: Buffer.concat([
      longs(0x10000, 0x10000, 0, 0x5f0f3cf5),
      ...[words(3, EM), longs(0, 0, 0, 0), words(0, BOTTOM, EM, TOP, 0, 8, 2, 1, 0)],
    ]),
    hhea: Buffer.concat([longs(0x10000), words(TOP, BOTTOM, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, 2)]),
    hmtx: words(EM, 0, EM, 0),
    loca: longs(0, 0, glyph.length),
    maxp: Buffer.concat([longs(0x10000), words(2, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)]),
    name: Buffer.concat([words(0, 4, 6 + 12 * 4, ...names), name]),
    post: Buffer.concat([longs(0x30000, 0), words(-100, 50), longs(0, 0, 0, 0, 0)]),
  };
  return assemble(tables);
}

function assemble(tables: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(tables);
  const directory = [longs(0x10000), words(entries.length, 128, 3, entries.length * 16 - 128)];
  const bodies: Buffer[] = [];
  let offset = 12 + entries.length * 16;
  for (const [tag, table] of entries) {
    const padded = Buffer.concat([table, Buffer.alloc(-table.length & 3)]);
    directory.push(Buffer.from(tag), longs(checksum(padded), offset, table.length));
    bodies.push(padded);
    offset += padded.length;
  }
  const font = Buffer.concat([...directory, ...bodies]);
  const head = font.readUInt32BE(font.indexOf('head') + 8);
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, head + 8);
  return font;
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

function longs(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
