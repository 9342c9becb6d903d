// Writes what every door exports to test/package/api.txt, as the built declarations say it; `--check` only compares. A
// change of the file is a change of the public API. Run after the build.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import packageJson from '../package.json' with { type: 'json' };

const FILE = new URL('../test/package/api.txt', import.meta.url);

const doors = Object.entries(packageJson.exports)
  .filter(([, path]) => path.endsWith('.js'))
  .map(([name, path]) => ({
    name: name.replace('.', 'greenroom'),
    path: fileURLToPath(new URL(`../${path.replace(/\.js$/, '.d.ts')}`, import.meta.url)),
  }));
const program = ts.createProgram(
  doors.map(({ path }) => path),
  {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
  },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });

/** A declaration without its comments. What a contract holds is pinned elsewhere. */
function print(declaration) {
  const source = declaration.getSourceFile();
  const text = printer.printNode(ts.EmitHint.Unspecified, declaration, source).replace(/^export (declare )?/, '');
  const [head] = text.split('\n');
  return ts.isVariableDeclaration(declaration) && text.includes('readonly operations') ? `${head} …` : text;
}

function describe(symbol) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target.declarations ?? []).map(print).join('\n');
}

const text = doors
  .map(({ name, path }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path));
    const symbols = checker.getExportsOfModule(module).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return `== ${name}\n\n${symbols.map((symbol) => `${symbol.name}: ${describe(symbol)}\n`).join('')}`;
  })
  .join('\n');

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write(
    'The public API is not what test/package/api.txt says. If you mean the change: npm run build && node scripts/api-report.mjs\n',
  );
  process.exitCode = 1;
}
