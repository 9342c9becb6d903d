import { describe, expect, test } from 'vitest';
import { createGreenroom, type Greenroom } from '../../src/index.js';
import { listen } from '../../src/server/host/listen.js';
import { defineVendor, json, withBody, type Handler } from '../../src/vendor.js';
import { profile, provider } from '../support/own-vendor.js';

/** A vendor one of whose parts is written by somebody who errs. */
const vendorWith = (parts: object) => defineVendor({ profile, provider: { ...provider, ...parts } });
const answering = (makeNote: unknown) => vendorWith({ handlers: { makeNote: makeNote as Handler } });

const makeNote = (room: Greenroom, body = '{}'): Promise<Response> =>
  room.fetch('/notes', {
    method: 'POST',
    headers: { authorization: room.vendor('notetaker')['token']! },
    body,
  });

const SECRET = 'a secret of the account';

describe('A handler', () => {
  test.for([
    [
      'forgets its return',
      (): void => undefined,
      'a reply such as json(200, { … }), was nothing; a "return" may be missing',
    ],
    ['returns the body alone', () => ({ id: SECRET }), 'at /status a status from 200 to 599, was missing'],
    [
      'returns an object as body',
      () => ({ status: 201, body: { token: SECRET } }),
      'at /body a text or bytes (JSON.stringify makes a text of an object), was an object with token',
    ],
    ['returns a status that HTTP has not', () => ({ status: 99 }), 'at /status a status from 200 to 599, was 99'],
    ['returns a header that is no text', () => ({ status: 201, headers: { Age: 3 } }), 'at /headers/Age string, was 3'],
    [
      'promises nothing',
      () => Promise.resolve(),
      'a reply such as json(200, { … }), was nothing; a "return" may be missing',
    ],
  ] as const)('that %s is told what it should have returned', async ([, handler, told]) => {
    await using room = await createGreenroom({ vendors: [answering(handler)] });
    const refused = await makeNote(room);
    const message = `The code of the vendor "notetaker" failed in handlers.makeNote: expected it to return ${told}`;
    expect([refused.status, await refused.text()]).toEqual([500, message]);
    const { entries } = await room.timeline();
    expect(entries).toMatchObject([
      { kind: 'request', status: 500 },
      { kind: 'note', topic: 'failed', text: message },
    ]);
  });

  test('that throws is told from a body that is no JSON', async () => {
    const throwing = withBody(() => {
      throw new TypeError('notes is not iterable');
    });
    await using room = await createGreenroom({ vendors: [answering(throwing)] });
    expect([(await makeNote(room)).status, (await makeNote(room, '{')).status]).toEqual([500, 400]);
  });

  test('may answer with bytes, and later', async () => {
    await using room = await createGreenroom({
      vendors: [answering(() => Promise.resolve({ status: 201, body: new Uint8Array([123, 125]) }))],
    });
    const made = await makeNote(room);
    expect([made.status, await made.text()]).toEqual([201, '{}']);
  });
});

test.for([
  ['refusals.unauthenticated', { refusals: { unauthenticated: () => undefined } }, ''],
  ['finish', { finish: () => undefined }, 'key'],
  ['findSubject', { findSubject: () => ({ id: 'note_1' }) }, 'key'],
] as const)('What %s returns is looked at, too', async ([place, parts, authorization]) => {
  await using room = await createGreenroom({ vendors: [vendorWith(parts)] });
  const answer = await room.fetch('/notes', { method: 'POST', headers: { authorization } });
  const until = room.clock.until({ subject: 'note_1', state: 'shut' as never }).catch(({ message }: Error) => message);
  const told = place === 'findSubject' ? await until : await answer.text();
  expect(told).toContain(`The code of the vendor "notetaker" failed in ${place}: expected it to return`);
});

describe('The stack of what fails is at the terminal, and not in the timeline', () => {
  const thrown = (): never => {
    throw new Error('there is no bell');
  };
  const ringing = vendorWith({
    jobs: { 'note.ring': { label: 'rings', run: thrown } },
    handlers: {
      makeNote: (({ world, request }) => {
        if (request.body === 'throw') return thrown();
        world.clock.schedule({ due: world.now(), kind: 'note.ring', subject: 'note_1' });
        return json(201, { id: 'note_1' });
      }) satisfies Handler,
    },
  });

  test.for([
    ['a handler', 'throw', 'handlers.makeNote'],
    ['a job', 'plan', 'jobs.note.ring.run'],
  ] as const)('of %s', async ([, body, place]) => {
    const told: string[] = [];
    const server = await listen({ vendors: [ringing], port: 0, host: '127.0.0.1', warn: (text) => told.push(text) });
    await fetch(`${server.url}/notes`, { method: 'POST', headers: { authorization: 'key' }, body });
    const read = await fetch(`${server.url}/_greenroom/timeline?kind=note`);
    const { entries } = (await read.json()) as { readonly entries: readonly { readonly text: string }[] };
    const message = `The code of the vendor "notetaker" failed in ${place}: there is no bell`;
    expect(entries.map(({ text }) => text)).toContain(message);
    expect(JSON.stringify(entries)).not.toContain(import.meta.filename);
    expect(told).toEqual([expect.stringContaining(`${message}\n    at `)]);
    expect(told[0]).toContain('own-vendor-failing.test.ts');
    await server.stop();
  });
});

describe('A vendor whose paths begin with anything', () => {
  const [operation] = profile.contract.operations;
  const contract = { ...profile.contract, operations: [{ ...operation, path: '/{tenant}/health' }] };
  const greedy = defineVendor({
    profile: { ...profile, contract },
    provider: { ...provider, owns: (path) => path.endsWith('/health') },
  });

  test('leaves the control plane alone', async () => {
    await using room = await createGreenroom({ vendors: [greedy] });
    const health = await room.fetch('/_greenroom/health');
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok' }]);
    const { entries } = await room.timeline({ kind: 'request' });
    expect(entries).toEqual([]);
  });
});
