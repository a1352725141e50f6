import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

/** Unpacks what `@sparticuz/chromium` has in its `bin` into a folder from which it can run. */
export async function unpackShell(bin: string, folder: string): Promise<void> {
  const { extract } = await import('tar'); // Only here: most machines never unpack anything.
  const unpack = (name: string, target: NodeJS.WritableStream) =>
    pipeline(createReadStream(join(bin, name)), createBrotliDecompress({ chunkSize: 2 ** 21 }), target);
  // What is unpacked by root is root's as well, whoever made the archive.
  const archive = (name: string) =>
    unpack(name, extract({ cwd: folder, preserveOwner: false, strict: true }));
  await Promise.all([
    unpack('chromium.br', createWriteStream(join(folder, 'chrome-headless-shell'), { mode: 0o755 })),
    archive('swiftshader.tar.br'),
    archive('al2023.tar.br'),
    archive('fonts.tar.br'),
  ]);
  await writeFile(join(folder, 'fonts.conf'), FONTS);
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
