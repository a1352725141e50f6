import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

/** Puts some sources, files or folders, as JavaScript into a project that has packages of its own, or none. */
export function copySources(project: string, ...names: string[]): void {
  const files = names.flatMap((name) =>
    name.endsWith('.ts') ? [name] : readdirSync(join('src', name)).map((file) => join(name, file)),
  );
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
