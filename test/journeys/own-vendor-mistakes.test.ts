import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { createGreenroom, startGreenroom } from '../../src/index.js';
import { defineVendor, json } from '../../src/vendor.js';
import { profile, provider } from '../support/own-vendor.js';

/** What is wrong with a vendor, as whoever defines it reads it. */
function refusalOf(halves: unknown): string {
  try {
    defineVendor(halves as Parameters<typeof defineVendor>[0]);
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    return `${code} ${message}`;
  }
  return 'none';
}

const { contract } = profile;
const [makeNote] = contract.operations;
const [shut] = contract.webhooks;
const { webhookFormat: _, ...unsent } = provider;
const withFacts = (facts: object, code: object = {}) => ({
  profile: { ...profile, ...facts },
  provider: { ...provider, ...code },
});
const withContract = (part: object, code?: object) => withFacts({ contract: { ...contract, ...part } }, code);
const withOperations = (...more: object[]) =>
  withContract(
    { operations: [makeNote, ...more.map((one) => ({ ...makeNote, ...one }))] },
    { handlers: { makeNote: () => json(201, {}), more: () => json(200, {}) } },
  );
const withCode = (code: object) => withFacts({}, code);

test('A vendor without mistakes is refused for none', () => {
  expect(refusalOf({ profile, provider })).toBe('none');
  expect(refusalOf(withFacts({ hosts: undefined, scenario: undefined }, { finish: undefined }))).toBe('none');
});

describe('A vendor is refused when it is defined, with the field that is wrong', () => {
  test.for([
    ['nothing', undefined, /: expected the two halves of a vendor, \{ profile, provider \}, was missing\.$/],
    ['one half', { provider }, /at profile, expected the facts of the vendor, was missing\.$/],
    ['an unknown fact', withFacts({ subjectkeys: [] }), /at profile\.subjectkeys, .* Did you mean "subjectKeys"\?$/],
    ['no signing', withFacts({ signing: undefined }), /at profile\.signing, expected how webhooks are signed/],
    ['no sample', withFacts({ sample: undefined }), /at profile\.sample, expected the call that asks for one agent/],
    ['no unknown id', withFacts({ unknownId: undefined }), /at profile\.unknownId, .*, was missing\.$/],
    ['no credentials', withFacts({ credentials: {} }), /at profile\.credentials, expected one credential at least/],
    ['undefined credentials', withFacts({ credentials: undefined }), /at profile\.credentials, .* was missing\.$/],
    [
      'a credential without a setting',
      withFacts({ credentials: { key: 'k_' } }),
      /at profile\.settings, expected a setting for the credential "key", was token, plan\.$/,
    ],
    [
      'settings that are no schema',
      withFacts({ settings: { token: 'x' } }),
      /at profile\.settings, expected an object of TypeBox/,
    ],
    [
      'webhooks without their settings',
      { profile, provider: unsent },
      /at profile\.settings\.webhook_secret, expected the secret that signs webhooks/,
    ],
    [
      'no webhooks',
      withContract({ webhooks: undefined }),
      /at profile\.contract\.webhooks, expected array, was missing\.$/,
    ],
    [
      'a state of a webhook that there is not',
      withContract({ webhooks: [{ ...shut, states: ['shutt'] }] }),
      /at profile\.contract\.webhooks\.0\.states\.0, expected a state among open, shut, was "shutt"\.$/,
    ],
    [
      'an id twice',
      withOperations({ path: '/notes/all' }),
      /at profile\.contract\.operations\.1\.id, expected an id that no other operation has, was "makeNote" twice\.$/,
    ],
    [
      'a call twice',
      withOperations({ id: 'more' }),
      /at profile\.contract\.operations\.1, .* was POST \/notes, which is "makeNote" already\.$/,
    ],
    [
      'a path in two spellings',
      withOperations({ id: 'more', path: '/notes/{id}' }, { id: 'most', method: 'GET', path: '/notes/{note}' }),
      /operations\.2\.path, expected \/notes\/\{id\}, as "more" has it, was \/notes\/\{note\}\.$/,
    ],
    [
      'a body of no known type',
      withOperations({ id: 'more', path: '/more', body: { type: 'objekt' } }),
      /operations\.1\.body, expected a schema of TypeBox/,
    ],
    [
      'a body with such a field',
      withOperations({ id: 'more', path: '/more', body: Type.Object({ a: Type.Unsafe({ type: 'objekt' }) }) }),
      /operations\.1\.body, expected a schema of TypeBox/,
    ],
    [
      'a body that is a name',
      withOperations({ id: 'more', path: '/more', body: 'Note' }),
      /operations\.1\.body, .* was "Note"\.$/,
    ],
    [
      'no responses',
      withOperations({ id: 'more', path: '/more', responses: undefined }),
      /operations\.1\.responses, expected an answer for each status/,
    ],
    [
      'no evidence',
      withOperations({ id: 'more', path: '/more', evidence: undefined }),
      /operations\.1\.evidence, expected array, was missing\.$/,
    ],
    [
      'a handler that is undefined',
      withCode({ handlers: { makeNote: undefined } }),
      /at provider\.handlers\.makeNote, expected a function \(call\) => reply, was missing\.$/,
    ],
    [
      'a handler that is a text',
      withCode({ handlers: { makeNote: 'x' } }),
      /at provider\.handlers\.makeNote, .* was "x"\.$/,
    ],
    [
      'no jobs',
      withCode({ jobs: undefined }),
      /at provider\.jobs, expected jobs made with defineJobs; \{\} for none, was missing\.$/,
    ],
    [
      'no owner of paths',
      withCode({ owns: undefined }),
      /at provider\.owns, expected a function that is true for the paths/,
    ],
    ['no tables', withCode({ createState: undefined }), /at provider\.createState, .* was missing\.$/],
    [
      'tables that come later',
      withCode({ createState: async () => Promise.resolve({}) }),
      /at provider\.createState, .* was a Promise\.$/,
    ],
    [
      'tables that no snapshot keeps',
      withCode({ createState: () => ({ notes: new Map() }) }),
      /at provider\.createState, .* was a Map at \/notes\.$/,
    ],
    [
      'an event of meetings that there is not',
      withCode({ meetingEvents: { admited: () => undefined } }),
      /at provider\.meetingEvents\.admited, .* Did you mean "admitted"\?$/,
    ],
  ] as const)('%s', ([, halves, told]) => {
    const refusal = refusalOf(halves);
    expect(refusal).toMatch(/^INVALID_VENDOR Failed to define (a vendor|the vendor "notetaker")/);
    expect(refusal).toMatch(told);
  });
});

describe.for([
  ['startGreenroom', startGreenroom, 'start greenroom'],
  ['createGreenroom', createGreenroom, 'make a greenroom'],
] as const)('%s takes nothing for a vendor that defineVendor has not made', ([, make, doing]) => {
  test.for([
    [
      'undefined',
      [undefined],
      '/vendors/0, expected a vendor made with defineVendor of greenroom/vendor, was undefined.',
    ],
    [
      'an object',
      [{}],
      '/vendors/0, expected a vendor made with defineVendor of greenroom/vendor, was an object of another kind.',
    ],
    [
      'the halves',
      [{ profile, provider }],
      '/vendors/0, expected a vendor made with defineVendor of greenroom/vendor, was an object of another kind.',
    ],
    [
      'no list',
      {},
      '/vendors, expected a list of vendors made with defineVendor of greenroom/vendor, was an object of another kind.',
    ],
  ] as const)('%s', async ([, vendors, told]) => {
    await expect(make({ vendors: vendors as never })).rejects.toMatchObject({
      code: 'USAGE',
      message: `Failed to ${doing}: at ${told}`,
    });
  });
});
