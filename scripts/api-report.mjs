// Writes what every door exports to test/package/api.txt, as the built declarations say it; `--check` only compares. A
// change of the file is a change of the public API. Run after the build.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import packageJson from '../package.json' with { type: 'json' };

const FILE = new URL('../test/package/api.txt', import.meta.url);

const doors = Object.entries(packageJson.exports)
  .map(([name, path]) => [name, path.default ?? path])
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
    strict: true,
    exactOptionalPropertyTypes: true,
  },
);
const checker = program.getTypeChecker();
const door = program.getSourceFile(doors[0].path);
const printer = ts.createPrinter({ removeComments: true });

/** A declaration without its comments. What a contract holds is pinned elsewhere. */
function print(declaration, source = declaration.getSourceFile()) {
  const text = printer
    .printNode(ts.EmitHint.Unspecified, declaration, source)
    .replace(/^export (declare )?/, '')
    .replaceAll(/import\("\.[^"]+"\)\./g, '');
  const [head] = text.split('\n');
  return ts.isVariableDeclaration(declaration) && text.includes('readonly operations') ? `${head} …` : text;
}

const { NoTruncation, InTypeAlias } = ts.NodeBuilderFlags;
const { factory } = ts;

/** The names that the first door exports, which stand for themselves in the shapes of others. */
const exported = new Set(checker.getExportsOfModule(checker.getSymbolAtLocation(door)).map(({ name }) => name));

/** The compiler's own order of a union hangs on what else it has read. */
function unionOf(types) {
  const textOf = (node) => printer.printNode(ts.EmitHint.Unspecified, node, door);
  return factory.createUnionTypeNode([...types].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)));
}

/** A type as its fields, however it is made: what it takes and gives is the API, not what it is made from. */
function shapeOf(type, isTop = false) {
  const { aliasSymbol, aliasTypeArguments } = type;
  if (!isTop && aliasSymbol && exported.has(aliasSymbol.name)) {
    const args = aliasTypeArguments?.map((argument) => shapeOf(argument));
    return factory.createTypeReferenceNode(aliasSymbol.name, args);
  }
  if (type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.StructuredType))
    return unionOf(type.types.map((one) => shapeOf(one)));
  if (type.isIntersection()) return factory.createIntersectionTypeNode(type.types.map((one) => shapeOf(one)));
  if (checker.isArrayType(type)) {
    const list = factory.createArrayTypeNode(shapeOf(checker.getTypeArguments(type)[0]));
    return type.symbol.name === 'Array' ? list : factory.createTypeOperatorNode(ts.SyntaxKind.ReadonlyKeyword, list);
  }
  const node = checker.typeToTypeNode(type, door, NoTruncation | InTypeAlias);
  if (ts.isUnionTypeNode(node)) return unionOf(node.types);
  if (!ts.isTypeLiteralNode(node)) return node;
  const members = node.members.map((member) => {
    if (!ts.isPropertySignature(member)) return member;
    const { modifiers, name, questionToken } = member;
    const field = checker.getTypeOfSymbol(type.getProperty(name.text));
    return factory.createPropertySignature(
      modifiers,
      name,
      questionToken,
      questionToken ? given(shapeOf(field)) : shapeOf(field),
    );
  });
  return factory.createTypeLiteralNode(members);
}

/** The type of an optional field without the `undefined` that the question mark says. */
function given(node) {
  if (!ts.isUnionTypeNode(node)) return node;
  const types = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  return types.length === 1 ? types[0] : unionOf(types);
}

const isMade = ({ type }) =>
  /^(Narrowed|Exclude|Extract<control|AccessOf|SettingsOf|OperationOf)\b/.test(type.getText());

function printAlias(declaration) {
  const { modifiers, name, typeParameters } = declaration;
  const shape = shapeOf(checker.getTypeAtLocation(name), true);
  return print(factory.createTypeAliasDeclaration(modifiers, name, typeParameters, shape), declaration.getSourceFile());
}

/** What a door before has told, with the name of that door. */
const told = new Map();

function describe(symbol, name) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if ((told.get(target) ?? name) !== name) return `as of ${told.get(target)}`;
  told.set(target, name);
  return (target.declarations ?? [])
    .map((one) => (ts.isTypeAliasDeclaration(one) && isMade(one) ? printAlias(one) : print(one)))
    .join('\n');
}

const text = doors
  .map(({ name, path }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path));
    const symbols = checker.getExportsOfModule(module).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return `== ${name}\n\n${symbols.map((symbol) => `${symbol.name}: ${describe(symbol, name)}\n`).join('')}`;
  })
  .join('\n');

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write(
    'The public API is not what test/package/api.txt says. If you mean the change: npm run build && node scripts/api-report.mjs\n',
  );
  process.exitCode = 1;
}
