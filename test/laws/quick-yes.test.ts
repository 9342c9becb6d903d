import { hash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wholeSeconds } from '../../src/clock/instant.js';
import { surelyFits } from '../../src/contracts/schemas/quick-fit.js';
import { escapePointer, unknownFields } from '../../src/contracts/schemas/schema.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { sha256 } from '../../src/server/engine/sha256.js';
import { normalizeMeetingUrl } from '../../src/server/providers/attendee/bots/meeting-url.js';
import { FIELD_SCHEMAS } from '../../src/contracts/attendee/settings-schemas.js';
import type { FieldSchema } from '../../src/contracts/rules.js';
import { schemaFault } from '../../src/server/providers/attendee/framework/json-schema.js';
import {
  isPyObject,
  parsePython,
  PyFloat,
  toPython,
  type PyValue,
} from '../../src/server/providers/attendee/python/json.js';
import { refuseRepresentation } from '../../src/server/providers/attendee/framework/negotiate.js';
import { redactorFor } from '../../src/contracts/redact.js';
import { parseDjangoTime } from '../../src/server/providers/attendee/python/times.js';

/** What says yes quickly says the same as what takes its time. */

const numRuns = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 50), 3000);

describe('A hash of a text', () => {
  test('is the SHA-256 of the host, of one block or several, of ASCII or not', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 130 }),
      fc.string({ unit: 'binary', maxLength: 70 }),
      fc.tuple(fc.integer(), fc.integer({ min: 0 })).map(([seed, n]) => `${seed}/bot/${n}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(sha256(text).toString('hex')).toBe(hash('sha256', text));
      }),
      { numRuns },
    );
  });
});

describe('An instant', () => {
  const YEARS_1_TO_9999 = { min: -62_135_596_800_000, max: 253_402_300_799_999 };

  test('is written to the second as the host writes it, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(YEARS_1_TO_9999)), (times) => {
        const iso = times.map((ms) => new Date(ms).toISOString().slice(0, 19));
        expect(times.map((ms) => wholeSeconds(ms * 1000))).toEqual(iso);
      }),
      { numRuns },
    );
  });

  test('is read as the host reads it, and days that do not exist are none', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const years = fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0'));
    const days = fc.tuple(years, two(13), two(32)).map((parts) => parts.join('-'));
    const clocks = fc.tuple(two(24), two(60), two(60)).map((parts) => parts.join(':'));
    fc.assert(
      fc.property(days, clocks, fc.constantFrom('Z', '+00:00', '-05:30', '+14:00'), (day, clock, zone) => {
        const local = Date.parse(`${day}T${clock}Z`);
        const exists =
          day >= '0001' && !Number.isNaN(local) && new Date(local).toISOString().startsWith(`${day}T${clock}`);
        const at = exists ? Date.parse(`${day}T${clock}${zone}`) * 1000 : undefined;
        expect(parseDjangoTime(`${day}T${clock}${zone}`)).toBe(at);
      }),
      { numRuns },
    );
  });
});

describe('A meeting URL', () => {
  const NOISE = fc.string({ unit: fc.constantFrom('-', '.', '_', '~', '*', '!'), maxLength: 3 });

  test('is none with a second URL in base64, whatever stands between its letters', () => {
    // A plus sign of a query is a space.
    const hidden = fc.webUrl().filter((url) => !Buffer.from(url).toString('base64').includes('+'));
    fc.assert(
      fc.property(hidden, fc.array(NOISE, { minLength: 1 }), (url, noise) => {
        const letters = [...Buffer.from(url).toString('base64')];
        const token = letters.map((letter, i) => (letter === '=' ? letter : noise[i % noise.length] + letter)).join('');
        expect(normalizeMeetingUrl(`https://zoom.us/j/1?tk=${token}`)).toBeUndefined();
      }),
      { numRuns },
    );
  });

  test('is one with a token that holds no URL', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[b-z0-9]{1,40}$/), (token) => {
        expect(normalizeMeetingUrl(`https://zoom.us/j/1?tk=${token}`)?.url).toBe(`https://zoom.us/j/1?tk=${token}`);
      }),
      { numRuns },
    );
  });
});

const SCHEMAS = Object.entries<FieldSchema>(FIELD_SCHEMAS);

/** Also the words of TypeBox that Attendee's settings do without. */
interface AnySchema extends Omit<FieldSchema, 'type' | 'properties' | 'items' | 'oneOf'> {
  readonly type?: FieldSchema['type'];
  readonly properties?: Readonly<Record<string, AnySchema>>;
  readonly items?: AnySchema;
  readonly oneOf?: readonly AnySchema[];
  readonly anyOf?: readonly AnySchema[];
  readonly const?: string | number | boolean;
  readonly patternProperties?: Readonly<Record<string, AnySchema>>;
}

/** A value that fits a schema, or nearly. */
function valueOf(schema: AnySchema, strays: boolean): fc.Arbitrary<unknown> {
  const stray = { weight: strays ? 1 : 0, arbitrary: fc.jsonValue({ maxDepth: 1 }) };
  return fc.oneof({ weight: 12, arbitrary: fittingOf(schema, strays) }, stray);
}

function fittingOf(schema: AnySchema, strays: boolean): fc.Arbitrary<unknown> {
  const { type, properties = {}, items = {}, enum: words, pattern, oneOf, anyOf, patternProperties = {} } = schema;
  const requiredKeys = strays ? [] : [...(schema.required ?? [])];
  if (words) return fc.constantFrom(...words);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const branches = oneOf ?? anyOf;
  if (branches && !type) return fc.oneof(...branches.map((branch) => valueOf(branch, strays)));
  if (pattern !== undefined) return fc.oneof(fc.stringMatching(new RegExp(pattern, 'u')), fc.string());
  switch (Array.isArray(type) ? type[0] : type) {
    case 'null':
      return fc.constant(null);
    case 'object': {
      const [named] = Object.values(patternProperties);
      if (named) return fc.dictionary(fc.string(), valueOf(named, strays), { maxKeys: 3 });
      const known = Object.entries(properties).map(([name, inner]) => [name, valueOf(inner, strays)] as const);
      const others = fc.oneof(
        { weight: 9, arbitrary: fc.constant({}) },
        { weight: strays ? 1 : 0, arbitrary: fc.object({ maxDepth: 1 }) },
      );
      return fc.tuple(fc.record(Object.fromEntries(known), { requiredKeys }), others).map(([a, b]) => ({ ...b, ...a }));
    }
    case 'array':
      return fc.array(valueOf(items, strays), { maxLength: 3 });
    case 'string':
      return fc.string({ maxLength: 2 });
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    default:
      return fc.jsonValue();
  }
}

describe("A bot's settings object", () => {
  const ajv = new Ajv({ strict: false });

  test.each(SCHEMAS)(
    '%s is found valid by the messages of Python exactly where another validator finds it so',
    (_, schema) => {
      const validate = ajv.compile(schema);
      let valid = 0;
      fc.assert(
        fc.property(fc.oneof(valueOf(schema, false), valueOf(schema, true)), (value) => {
          const plain = JSON.parse(JSON.stringify(value)) as unknown;
          if (validate(plain)) valid++;
          expect(schemaFault(schema, toPython(plain)) === undefined).toBe(validate(plain));
        }),
        { numRuns },
      );
      expect(valid).toBeGreaterThan(0);
    },
  );
});

/** Every schema of the contracts. */
const CONTRACTED = VENDOR_LIST.flatMap(({ contract: { operations, webhooks } }) => [
  ...operations.flatMap(({ body, query, responses }) => [
    body,
    query,
    ...Object.values(responses).map((answer) => answer.body),
  ]),
  ...webhooks.map(({ body }) => body),
]).filter((schema) => schema !== undefined);

describe('A body of a contract', () => {
  test('is found to fit at a glance exactly where TypeBox finds it so', () => {
    const found = { fitting: 0, other: 0 };
    const bodies = fc
      .tuple(fc.constantFrom(...CONTRACTED), fc.boolean())
      .chain(([schema, strays]) => fc.tuple(fc.constant(schema), valueOf(schema as AnySchema, strays)));
    fc.assert(
      fc.property(bodies, ([schema, value]) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        const fits = Check(schema, plain);
        found[fits ? 'fitting' : 'other']++;
        expect(surelyFits(schema, plain)).toBe(fits);
      }),
      { numRuns: Math.min(5 * numRuns, 5000) },
    );
    expect(Math.min(found.fitting, found.other)).toBeGreaterThan(Math.min(numRuns, 1000) / 2);
  });
});

describe('A body with fields that its schema does not name', () => {
  const closed = { additionalProperties: false };
  const word = Type.Optional(Type.String());
  const inner = Type.Object({ word }, closed);
  const schema = Type.Object(
    {
      word,
      items: Type.Array(inner),
      either: Type.Union([Type.Null(), Type.Array(Type.String()), inner, Type.Object({ other: word }, closed)]),
      open: Type.Object({ inner }, { additionalProperties: true }),
      'a/b': Type.Record(Type.String(), Type.String()),
    },
    closed,
  );
  const body = () => ({ word: 'a', items: [{ word: 'b' }, {}], either: { word: 'c' }, open: { inner: {} }, 'a/b': {} });
  /** Where objects stand, and whether their fields are told. */
  const PLACES: Readonly<Record<string, (given: ReturnType<typeof body>) => object>> = {
    '': (given) => given,
    '/items/0': (given) => given.items[0]!,
    '/items/1': (given) => given.items[1]!,
    '/either': (given) => given.either,
    '/open/inner': (given) => given.open.inner,
  };
  const OPEN: typeof PLACES = { '/open': (given) => given.open, '/a~1b': (given) => given['a/b'] };

  test('has exactly those, each with its pointer', () => {
    const names = fc.stringMatching(/^x[a-z~/]{1,4}$/);
    const strays = fc.uniqueArray(fc.tuple(fc.constantFrom(...Object.keys({ ...PLACES, ...OPEN })), names), {
      selector: String,
    });
    fc.assert(
      fc.property(strays, (given) => {
        const value = body();
        for (const [place, name] of given) Object.assign({ ...PLACES, ...OPEN }[place]!(value), { [name]: { a: 1 } });
        const found = unknownFields(schema, value).map(({ pointer }) => pointer);
        const told = given.filter(([place]) => place in PLACES);
        expect(found.sort()).toEqual(told.map(([place, name]) => `${place}/${escapePointer(name)}`).sort());
      }),
      { numRuns },
    );
  });
});

describe('A body as Python reads it', () => {
  const texts = fc
    .tuple(
      fc.json({ stringUnit: 'binary' }),
      fc.nat(),
      fc.constantFrom(...'"\\{}[],:0.e-tn\t\u0001'),
      fc.integer({ min: 0, max: 2 }),
    )
    .map(([text, at, other, gone]) => {
      const place = at % (text.length + 1);
      return fc.oneof(fc.constant(text), fc.constant(text.slice(0, place) + other + text.slice(place + gone)));
    })
    .chain((text) => text);
  const hostReads = (text: string): { readonly value: unknown } | undefined => {
    try {
      return { value: JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value)) };
    } catch {
      return undefined;
    }
  };

  const asHost = (value: PyValue): unknown => {
    if (isPyObject(value)) return Object.fromEntries([...value].map(([name, inner]) => [name, asHost(inner)]));
    if (Array.isArray(value)) return value.map(asHost);
    if (typeof value === 'bigint') return Number(value);
    const plain = value instanceof PyFloat ? value.value : value;
    return plain === 0 ? 0 : plain;
  };

  test('is what the host reads, and a text that is no JSON is none for both', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const host = hostReads(text);
        if (!host) expect(() => parsePython(text)).toThrow(Error);
        else expect(asHost(parsePython(text))).toEqual(host.value);
      }),
      { numRuns },
    );
  });
});

describe('An Accept header', () => {
  const word = fc.constantFrom('application', 'text', 'json', 'html', '*', 'APPLICATION', 'x', '', ' ');
  const space = fc.constantFrom('', ' ', '\t ');
  const range = fc
    .tuple(space, word, fc.constantFrom('/', ' /', ''), word, fc.constantFrom('', '/x', ';q=0.1', ' ; a=b', 'x'), space)
    .map((parts) => parts.join(''));

  /** As the framework takes it apart. */
  const isSatisfied = (accept: string): boolean =>
    accept.split(',').some((one) => {
      // At the first slash: what stands behind another one belongs to the subtype.
      const [, type, subtype = ''] = /^([^/]*)\/?(.*)$/s.exec(one.split(';', 1)[0]!.trim().toLowerCase())!;
      return ['application/json', 'text/html'].some((media) => {
        const [own, sub] = media.split('/');
        return [own, '*'].includes(type) && [sub, '*'].includes(subtype);
      });
    });

  test('is satisfied if one of its ranges holds a type that the vendor has', () => {
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 3 }), (ranges) => {
        const accept = ranges.join(',');
        const request = { method: 'GET', path: '/', query: '', headers: { accept }, body: '', origin: '' };
        expect(refuseRepresentation(request) === undefined).toBe(isSatisfied(accept));
      }),
      { numRuns },
    );
  });
});

describe('A name of a field or a header', () => {
  const names = fc.array(
    fc.oneof(fc.string(), fc.stringMatching(/^(x[-_])?(api|access|to)[-_]?(key|Key|ken|Token)s?$/)),
  );

  test('is as secret to one who has judged many as to one who judges it first', () => {
    const used = redactorFor(['x_own']);
    fc.assert(
      fc.property(names, (given) => {
        for (const name of given) expect(used.isSecret(name)).toBe(redactorFor(['x_own']).isSecret(name));
      }),
      { numRuns },
    );
  });
});
