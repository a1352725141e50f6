import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** Puts a package in the shape of `@sparticuz/chromium` into a project, with a script for a browser. */
export function installShellPackage(project: string, script: string, version = '143.0.4'): void {
  const folder = join(project, 'node_modules/@sparticuz/chromium');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const put = (name: string, content: Buffer) =>
    writeFileSync(join(folder, 'bin', name), brotliCompressSync(content));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }));
  put('chromium.br', Buffer.from(`#!/bin/sh\n${script}\n`));
  put('swiftshader.tar.br', tar({ 'libEGL.so': 'egl' }));
  put('al2023.tar.br', tar({ 'lib/libnss3.so': 'nss', 'lib/libsoftokn3.so': '\0sqlite3_step\0' }));
  put('fonts.tar.br', tar({ 'fonts.conf': 'theirs', 'fonts/Open_Sans/Open.ttf': 'x'.repeat(1000) }));
}

function tar(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).map(([name, text]) => {
    const entry = Buffer.alloc(512 + Math.ceil(text.length / 512) * 512);
    entry.write(name, 0);
    entry.write('0000755\0', 100);
    entry.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124);
    entry.write('0', 156);
    entry.write(text, 512);
    return entry;
  });
  const folder = Buffer.alloc(512);
  folder.write('lib/', 0);
  folder.write('00000000000\0', 124);
  folder.write('5', 156);
  return Buffer.concat([folder, ...entries, Buffer.alloc(1024)]);
}
