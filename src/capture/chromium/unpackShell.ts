import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { failingLibrary } from './failingLibrary';

/** Unpacks what `@sparticuz/chromium` has in its `bin` into a folder from which it can run. */
export async function unpackShell(bin: string, folder: string): Promise<void> {
  await Promise.all([
    pipeline(
      createReadStream(join(bin, 'chromium.br')),
      createBrotliDecompress({ chunkSize: 2 ** 21 }),
      createWriteStream(join(folder, 'chrome-headless-shell'), { mode: 0o755 }),
    ),
    unpackArchive(join(bin, 'swiftshader.tar.br'), folder),
    unpackArchive(join(bin, 'al2023.tar.br'), folder),
    unpackArchive(join(bin, 'fonts.tar.br'), folder),
  ]);
  writeFileSync(join(folder, 'fonts.conf'), FONTS);
  addSqlite(join(folder, 'lib'));
}

/** The package's own names the folders of a cloud function. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/**
 * The package leaves one library out: NSS keeps a user's own certificates in SQLite, and without that library it does
 * not start, and the browser dies at the first `https` address. One that opens no database is enough.
 */
function addSqlite(folder: string): void {
  const user = readFileSync(join(folder, 'libsoftokn3.so'), 'latin1');
  const names = [...user.matchAll(/(?<=\0)sqlite3_\w+(?=\0)/g)].map(([name]) => name);
  const variables = new Set(['sqlite3_temp_directory']);
  const functions = names.filter((name) => !variables.has(name));
  writeFileSync(
    join(folder, 'libsqlite3.so.0'),
    failingLibrary('libsqlite3.so.0', functions, [...variables]),
  );
}

async function unpackArchive(archive: string, folder: string): Promise<void> {
  const tar = await promisify(brotliDecompress)(await readFile(archive));
  for (const { name, mode, content } of filesIn(tar)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode });
  }
}

/** The plain files of a tar archive: a header of 512 bytes each, then the content, padded to 512. */
function* filesIn(tar: Buffer): Generator<{ name: string; mode: number; content: Buffer }> {
  const text = (at: number, length: number) => tar.toString('utf8', at, at + length).replace(/\0.*$/s, '');
  let at = 0;
  while (at < tar.length && tar[at] !== 0) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const start = at + 512;
    const isFile = ['0', ''].includes(text(at + 156, 1));
    if (isFile) {
      const mode = Number.parseInt(text(at + 100, 8), 8) & 0o755;
      yield { name: text(at, 100), mode, content: tar.subarray(start, start + size) };
    }
    at = start + Math.ceil(size / 512) * 512;
  }
}
