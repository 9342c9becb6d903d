import { describe, expect, test } from 'vitest';
import { schemaFault } from '../../src/server/providers/attendee/framework/json-schema.js';
import {
  asJsonb,
  COMPACT,
  floatRepr,
  parsePython,
  WIRE,
  writePython,
} from '../../src/server/providers/attendee/python/json.js';
import { CANONICAL } from '../../src/contracts/json/python-json.js';
import { pythonRepr } from '../../src/server/providers/attendee/python/repr.js';
import type { FieldSchema } from '../../src/contracts/rules.js';
import { FIELD_SCHEMAS } from '../../src/contracts/attendee/settings-schemas.js';
import { parseDjangoTime } from '../../src/server/providers/attendee/python/times.js';

const rewrite = (text: string, style = COMPACT): string => writePython(parsePython(text), style);

describe('JSON as Python reads and writes it', () => {
  test.each([
    ['1.0', '1.0'],
    ['1', '1'],
    ['-0', '0'],
    ['-0.0', '-0.0'],
    ['1e5', '100000.0'],
    ['1E-7', '1e-07'],
    ['1e16', '1e+16'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['0.1', '0.1'],
    ['"\\u00fc\\ud83d\\ude00/"', '"ü😀/"'],
    ['{"10":1,"2":2,"10":3}', '{"10":3,"2":2}'],
  ])('%s is written as %s', (text, written) => {
    expect(rewrite(text)).toBe(written);
  });

  test('the wire has spaces and escapes, the signature sorts by code point', () => {
    const text = '{"b":1,"\\ud83d\\ude00":2,"\\uffff":3,"a":[1,{"ü":"ü"}]}';
    expect(rewrite(text, WIRE)).toBe('{"b": 1, "\\ud83d\\ude00": 2, "\\uffff": 3, "a": [1, {"\\u00fc": "\\u00fc"}]}');
    expect(rewrite(text, CANONICAL)).toBe('{"a":[1,{"ü":"ü"}],"b":1,"\uffff":3,"😀":2}');
  });

  test.each([
    ['{"bb":1,"a":2,"B":3,"ä":4,"aa":5}', '{"B":3,"a":2,"aa":5,"bb":1,"ä":4}'],
    ['{"x":1e21}', '{"x":1000000000000000000000}'],
    ['{"x":1.5e23}', '{"x":150000000000000000000000}'],
    ['{"x":-0.0,"y":1.0}', '{"x":0.0,"y":1.0}'],
  ])('the database keeps %s as %s', (text, stored) => {
    expect(writePython(asJsonb(parsePython(text)), COMPACT)).toBe(stored);
  });

  test.each([
    ['{"a":1,}', 'Expecting property name enclosed in double quotes: line 1 column 8 (char 7)'],
    ['[1,2', "Expecting ',' delimiter: line 1 column 5 (char 4)"],
    ['{"a"', "Expecting ':' delimiter: line 1 column 5 (char 4)"],
    ['{"a":\n"b', 'Unterminated string starting at: line 2 column 1 (char 6)'],
    ['{"😀":"a"\n,"😀😀" 1}', "Expecting ':' delimiter: line 2 column 7 (char 15)"],
    ['"\\u0041', 'Invalid \\uXXXX escape: line 1 column 3 (char 2)'],
    ['"\\ud83d\\ude00', 'Invalid \\uXXXX escape: line 1 column 9 (char 8)'],
    ['"\\x"', 'Invalid \\escape: line 1 column 2 (char 1)'],
    ['NaN', "Out of range float values are not JSON compliant: 'NaN'"],
    ['{} x', 'Extra data: line 1 column 4 (char 3)'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parsePython(text)).toThrow(message);
  });

  test('floats look as Python shows them', () => {
    expect([0.1, 100, 1e22, 1.5e-5, 123456.789].map(floatRepr)).toEqual([
      '0.1',
      '100.0',
      '1e+22',
      '1.5e-05',
      '123456.789',
    ]);
  });

  test('repr chooses its quotes and escapes what cannot be printed', () => {
    const repr = (text: string): string => pythonRepr(parsePython(text));
    expect(repr('"it\'s"')).toBe('"it\'s"');
    expect(repr('"it\'s \\"so\\""')).toBe(`'it\\'s "so"'`);
    expect(repr('{"a":[null,true,1.0,"\\u0000\\u00a0ü"]}')).toBe("{'a': [None, True, 1.0, '\\x00\\xa0ü']}");
  });
});

describe('The schema library', () => {
  const fault = (schema: FieldSchema, text: string) => schemaFault(schema, parsePython(text));

  test('names the shallowest error', () => {
    expect(fault(FIELD_SCHEMAS.webhooks, '[{"url":"http://x","extra":1}]')).toBe("'triggers' is a required property");
    expect(fault(FIELD_SCHEMAS.transcription_settings, '{"deepgram":{"language":1},"x":1}')).toBe(
      "Additional properties are not allowed ('x' was unexpected)",
    );
  });

  test('goes into the branch that fits best', () => {
    const chunking = (value: string) =>
      fault(
        FIELD_SCHEMAS.transcription_settings,
        `{"openai":{"model":"gpt-4o-transcribe","chunking_strategy":${value}}}`,
      );
    expect(chunking('"x"')).toBe("'x' is not one of ['auto']");
    expect(chunking('{"type":"server_vad"}')).toBeUndefined();
  });

  test('takes true for no integer and 1.0 for one', () => {
    expect(schemaFault({ type: 'integer' }, parsePython('true'))).toBe("True is not of type 'integer'");
    expect(schemaFault({ type: 'integer' }, parsePython('1.0'))).toBeUndefined();
  });
});

describe('Times as Django reads them', () => {
  test.each([
    '2026-12-31T10:00:00Z',
    '2026-12-31T10:00:00+0000',
    '2026-12-31 10:00',
    '2026-12-31T10',
    '2026-12-31T05:00:00-0500',
    '2026-12-31T10:00:00,0Z',
    '2026-12-31T10:00:00.0000001 +00',
    '2026-12-31x10:00:00',
    '2026-12-31T10:00:00Z+00:00',
    '2026-12-31T10:00:00.+00:00',
    '2026-12-31T10:00:+00:00',
    '2026-12-31T11x+01:00',
    // Where CPython 3.10 takes a fraction, and what it does not look at.
    '2026-12-31T10.000',
    '2026-12-31T11:00.000000+01:00',
    '2026-12-31T10:00:00:000',
    '2026-12-31T10:00:00\0+00:00',
    '2026-12-31T10:00:00\0',
    '2026-12-31T11:00:01.123456+01:00:01.123456',
    '2026-12-31T08:59:58.876544-01:00:01:123456',
    // What an app writes whose user reads Arabic, Hindi or Japanese.
    '\u0662\u0660\u0662\u0666-\u0661\u0662-\u0663\u0661T\u0661\u0660:\u0660\u0660:\u0660\u0660Z',
    '\u0968\u0966\u0968\u096c-12-31T10:00:00Z',
    '\uff12\uff10\uff12\uff16-12-31T10:00:00+\uff10\uff10:00',
    '2026-12-31T10:00:00\x85Z',
    '2026-12-31T10:00:00\x1fZ',
  ])('%s', (text) => {
    expect(parseDjangoTime(text)).toBe(Date.UTC(2026, 11, 31, 10) * 1000);
  });

  test.each([
    '2026-12-31T10:00:00z',
    ' 2026-12-31',
    '2026-12-31T24:00:00Z',
    '2026-02-30',
    '1772445600',
    '',
    '20261231T100000Z',
    '2026-12-31T10:00:00Z+0000',
    '2026-12-31T10:000',
    '2026-12-31T10.00',
    '2026-12-31T10:00:00\0Z',
    '2026-12-31T10:00:00\0\n',
    '2026-12-31T10:00:00.000Z+00:00',
    '2026-12-31T10:00:00\u00e9+00:00',
    '2026-12-31T10:00:00xx+00:00',
    '2026-12-31T10:00:00\ufeffZ',
    '\u00b2026-12-31T10:00:00Z',
    // A date alone is read by the one of the two forms that takes ASCII digits.
    '\u0662\u0660\u0662\u0666-\u0661\u0662-\u0663\u0661',
  ])('"%s" is none', (text) => {
    expect(parseDjangoTime(text)).toBeUndefined();
  });
});
