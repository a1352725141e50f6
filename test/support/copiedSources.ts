import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const NEEDED = ['signal-exit', 'tar']; // What any project has that has Filmgate.

/** Puts some sources, files or folders, as JavaScript into a project that has no packages but its own. */
export function copySources(project: string, ...names: string[]): void {
  const files = names.flatMap((name) =>
    name.endsWith('.ts') ? [name] : readdirSync(join('src', name)).map((file) => join(name, file)),
  );
  for (const name of NEEDED) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(resolve('node_modules', name), link);
  }
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const target = join(project, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
    writeFileSync(
      target,
      transpileModule(readFileSync(join('src', file), 'utf8'), { compilerOptions }).outputText,
    );
  }
}
