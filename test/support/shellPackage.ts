import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { create } from 'tar';

/** Puts a package in the shape of `@sparticuz/chromium` into a project, with a script for a browser. */
export function installShellPackage(project: string, script: string, version = '143.0.4'): void {
  const folder = join(project, 'node_modules/@sparticuz/chromium');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const put = (name: string, content: Buffer) =>
    writeFileSync(join(folder, 'bin', name), brotliCompressSync(content));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }));
  put('chromium.br', Buffer.from(`#!/bin/sh\n${script}\n`));
  put('swiftshader.tar.br', archive(project, { 'libEGL.so': 'egl' }));
  put('al2023.tar.br', archive(project, { 'lib/libnss3.so': 'nss', 'lib/libsoftokn3.so': 'softokn' }));
  put(
    'fonts.tar.br',
    archive(project, { 'fonts.conf': 'theirs', 'fonts/Open_Sans/Open.ttf': 'x'.repeat(1000) }),
  );
}

/** A tar archive of files, with the folders that they are in. */
function archive(project: string, files: Readonly<Record<string, string>>): Buffer {
  const staging = mkdtempSync(join(project, 'archive-'));
  const cwd = join(staging, 'files');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const file = join(staging, 'archive.tar');
  create({ cwd, file, sync: true }, readdirSync(cwd));
  const bytes = readFileSync(file);
  rmSync(staging, { recursive: true });
  return bytes;
}
