/**
 * Holds src/ to the table in ARCHITECTURE.md that says which module may import which. Without arguments it checks this
 * package, prints what is wrong, and exits with 1 when there is something.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import ts from 'typescript';

/** A row of the table. */
interface Module {
  /** Its path below src/: `capture/threads`, or `errors` for errors.ts. */
  readonly name: string;
  /** Modules, or single files, that it may import; `any` stands for all of them. */
  readonly imports: ReadonlySet<string>;
  /** The same for imports of types only. */
  readonly types: ReadonlySet<string>;
  /** Whether it may import Node's own modules. */
  readonly node: boolean;
}

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** What is wrong with the imports of a package, a line for each; nothing when all is well. */
export function wrongImports(root: string): string[] {
  const modules = readTable(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const stale = modules
    .filter(
      ({ name }) => !existsSync(join(root, 'src', name)) && !existsSync(join(root, 'src', `${name}.ts`)),
    )
    .map(({ name }) => `ARCHITECTURE.md: there is no src/${name}`);
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file))
    .sort();
  return [...stale, ...files.flatMap((file) => wrongImportsOf(root, file, modules))];
}

function wrongImportsOf(root: string, file: string, modules: readonly Module[]): string[] {
  const importer = moduleOf(file, modules);
  if (!importer) return [`src/${file}: no row of the table in ARCHITECTURE.md covers this file`];
  return importsOf(file, readFileSync(join(root, 'src', file), 'utf8'))
    .filter(({ specifier, typeOnly }) => {
      if (specifier.startsWith('node:')) return !importer.node;
      if (!specifier.startsWith('.') || specifier.endsWith('.json')) return false;
      const path = posix.join(posix.dirname(file), specifier);
      const target = moduleOf(`${path}.ts`, modules)?.name ?? path;
      if (target === importer.name) return false;
      const allowed = typeOnly ? [...importer.imports, ...importer.types] : [...importer.imports];
      return !allowed.some((name) => name === 'any' || name === target || name === path);
    })
    .map(({ specifier, typeOnly, line }) => {
      const what = typeOnly ? 'types of ' : '';
      return `src/${file}:${line}: ${importer.name} may not import ${what}${specifier} (see ARCHITECTURE.md)`;
    });
}

/** The rows whose first cell names paths below src/, and whose last one says what these may import. */
function readTable(markdown: string): Module[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `src/'))
    .flatMap((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const permission = cells.at(-2) ?? '';
      const rules = {
        imports: new Set(namesIn(permission.replaceAll(/types of `[^`]+`/g, ''))),
        types: new Set(namesIn((permission.match(/types of `[^`]+`/g) ?? []).join())),
        node: !permission.includes('no Node.js'),
      };
      return namesIn(cells[1] ?? '').map((path) => ({
        name: path.replace(/^src\/(.*?)(\/|\.ts)$/, '$1'),
        ...rules,
      }));
    });
}

function namesIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name);
}

/** The innermost module that a file lies in. */
function moduleOf(file: string, modules: readonly Module[]): Module | undefined {
  return modules
    .filter(({ name }) => file === `${name}.ts` || file.startsWith(`${name}/`))
    .reduce<Module | undefined>(
      (inner, next) => (inner && inner.name.length > next.name.length ? inner : next),
      undefined,
    );
}

/** All imports of a file: `import`, `export … from`, `import()`, `require()` and `import('…').Type`. */
function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly = false) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ specifier: specifier.text, typeOnly, line });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, importsOnlyTypes(node.importClause));
    if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, exportsOnlyTypes(node));
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true);
    if (ts.isCallExpression(node) && isImportCall(node.expression)) add(node, node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function importsOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  const { name, namedBindings } = clause;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  return !name && !!namedBindings && ts.isNamedImports(namedBindings) && areAllTypes(namedBindings.elements);
}

function exportsOnlyTypes({ isTypeOnly, exportClause }: ts.ExportDeclaration): boolean {
  return (
    isTypeOnly || (!!exportClause && ts.isNamedExports(exportClause) && areAllTypes(exportClause.elements))
  );
}

function areAllTypes(elements: readonly { readonly isTypeOnly: boolean }[]): boolean {
  return elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly);
}

function isImportCall(called: ts.Expression): boolean {
  return (
    called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require')
  );
}

if (require.main === module) {
  const wrong = wrongImports(resolve(__dirname, '..'));
  if (wrong.length > 0) console.error(wrong.join('\n'));
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
