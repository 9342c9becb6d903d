// Reads two texts of a vendor's OpenAPI document and proposes rows for its table of changes. A proposal is a start: how well
// the boundary is known, the order of the checks and the texts of refusals are in no such document. See docs/versions.md.
// Usage: node scripts/propose-versions.mjs OLD.yml NEW.yml [--since VERSION] [--not-in VERSION] [--vendor NAME]. Run after the build.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { VENDORS } from '../build/contracts/vendors.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const { values, positionals } = parseArgs({
  options: {
    since: { type: 'string', default: 'VERSION' },
    'not-in': { type: 'string' },
    vendor: { type: 'string', default: 'attendee' },
  },
  allowPositionals: true,
});
if (positionals.length !== 2) {
  process.stderr.write('Failed to propose rows: expected two OpenAPI documents, the older first.\n');
  process.exit(2);
}
const [before, after] = positionals.map((file) => parse(readFileSync(file, 'utf8')));

/** What greenroom calls a call: the vendor's document has other names, or none. */
const formOf = (call) => call.replace(/\{[^}]*\}/g, '{}').replace(/\/$/, '');
const ids = new Map(
  VENDORS[values.vendor].contract.operations.map(({ id, method, path }) => [formOf(`${method} ${path}`), id]),
);
const nameOf = (call, operation) => ids.get(formOf(call)) ?? operation.operationId ?? call;

/** A schema with its references followed, but not those that lead back to themselves. */
function resolved(document, schema, seen = []) {
  const reference = schema?.$ref;
  if (reference === undefined || seen.includes(reference)) return schema ?? {};
  const names = reference.replace(/^#\//, '').split('/');
  const target = names.reduce((at, name) => at?.[name], document);
  return resolved(document, target, [...seen, reference]);
}

/** Every property below a schema by its pointer; what is inside a list stands under its items. */
function propertiesOf(document, schema, pointer = '', found = new Map(), depth = 0) {
  const whole = resolved(document, schema);
  for (const part of [...(whole.allOf ?? []), ...(whole.oneOf ?? []), ...(whole.anyOf ?? [])])
    propertiesOf(document, part, pointer, found, depth + 1);
  if (depth > 12) return found;
  if (whole.items) propertiesOf(document, whole.items, pointer, found, depth + 1);
  for (const [name, inner] of Object.entries(whole.properties ?? {})) {
    const at = `${pointer}/${name}`;
    const property = resolved(document, inner);
    found.set(at, { ...property, isRequired: (whole.required ?? []).includes(name) });
    propertiesOf(document, property, at, found, depth + 1);
  }
  return found;
}

const bodyOf = (operation) =>
  operation?.requestBody?.content?.['application/json']?.schema ?? operation?.requestBody?.content?.['*/*']?.schema;

const operationsOf = (document) =>
  new Map(
    Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => [`${method.toUpperCase()} ${path}`, item[method]]),
    ),
  );

const enumOf = (document, property) => resolved(document, property).enum ?? resolved(document, property.items).enum;
const limits = ['type', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'default', 'isRequired'];
const rows = [];
const propose = (id, says, changes) =>
  rows.push({
    id,
    since: values.since,
    certainty: values['not-in'] === undefined ? 'exact' : 'by',
    ...(values['not-in'] === undefined ? {} : { notIn: values['not-in'] }),
    says,
    changes,
  });
const idOf = (text) =>
  text
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();

/** The field before which stands in the document, at the top: the vendor may check them in another order. */
function placeOf(path, paths) {
  const isTop = (one) => one.lastIndexOf('/') === 0;
  const top = paths.filter(isTop);
  return isTop(path) ? { after: top[top.indexOf(path) - 1]?.slice(1) ?? '?' } : {};
}

function compareFields(call, left, right) {
  for (const [path, property] of right) {
    const old = left.get(path);
    const { isRequired: _, ...schema } = property;
    const operations = [call];
    if (!old) {
      if (![...right.keys()].some((other) => path.startsWith(`${other}/`) && !left.has(other)))
        propose(idOf(path), `${call} takes ${path}.`, [
          { kind: 'field', path, schema, ...placeOf(path, [...right.keys()]), operations },
        ]);
      continue;
    }
    const [was, is] = [enumOf(before, old), enumOf(after, property)];
    if (JSON.stringify(was) !== JSON.stringify(is))
      propose(`${idOf(path)}-words`, `${call}: ${path} takes ${(is ?? ['any text']).join(', ')}.`, [
        { kind: 'enum', path, words: is ?? [], operations },
      ]);
    const moved = limits.filter((limit) => JSON.stringify(old[limit]) !== JSON.stringify(property[limit]));
    if (moved.length > 0)
      propose(`${idOf(path)}-${moved[0]}`.toLowerCase(), `${call}: ${path} has another ${moved.join(', ')}.`, [
        { kind: 'field', path, schema, operations },
      ]);
  }
  for (const path of left.keys())
    if (!right.has(path) && ![...left.keys()].some((other) => path.startsWith(`${other}/`) && !right.has(other)))
      propose(`no-${idOf(path)}`, `${call} takes ${path} no more.`, [{ kind: 'field', path, operations: [call] }]);
}

const [olds, news] = [operationsOf(before), operationsOf(after)];
for (const [call, operation] of news) {
  const old = olds.get(call);
  if (!old)
    propose(idOf(call), `There is ${call}.`, [
      {
        kind: 'unplayed',
        why: 'write the operation (kind endpoint) and its handler first',
        operations: [nameOf(call, operation)],
      },
    ]);
  else {
    const [left, right] = [propertiesOf(before, bodyOf(old)), propertiesOf(after, bodyOf(operation))];
    compareFields(nameOf(call, operation), left, right);
    const [had, has] = [old, operation].map(({ responses = {} }) => Object.keys(responses));
    const more = has.filter((status) => !had.includes(status));
    if (more.length > 0)
      propose(`${idOf(call)}-${more.join('-')}`, `${call} also answers ${more.join(', ')}.`, [
        { kind: 'unplayed', why: 'describe the answer first', operations: [nameOf(call, operation)] },
      ]);
  }
}
for (const [call, operation] of olds)
  if (!news.has(call))
    propose(`no-${idOf(call)}`, `There is no ${call} any more.`, [
      { kind: 'endpoint', lacks: nameOf(call, operation) },
    ]);
for (const [name, schema] of Object.entries(after.components?.schemas ?? {})) {
  const old = before.components?.schemas?.[name];
  if (!old?.enum || JSON.stringify(old.enum) === JSON.stringify(schema.enum)) continue;
  const added = schema.enum.filter((word) => !old.enum.includes(word));
  propose(
    `${idOf(name)}-words`,
    `${name} has the words ${schema.enum.join(', ')}; new: ${added.join(', ') || 'none'}.`,
    [{ kind: 'enum', path: name, words: schema.enum }],
  );
}
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
process.stderr.write(`${rows.length} rows proposed. Each still needs its evidence, its certainty and a test.\n`);
