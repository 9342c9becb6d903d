import { createServer } from 'node:http';
import { once } from 'node:events';
import { startGreenroom } from 'greenroom';
import { defineVendor } from 'greenroom/vendor';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { notetaker } from '../src/notetaker.js';

/** Ten stories, and the end that a notetaker comes to in each. */
const STORIES = {
  'happy-path': ['done', null],
  'long-meeting': ['done', null],
  'removed-by-host': ['done', null],
  'everybody-leaves': ['done', null],
  'lobby-opened-late': ['done', null],
  'lobby-denied': ['failed', 'denied'],
  'lobby-never-opened': ['failed', 'nobody_opened'],
  'meeting-not-found': ['failed', 'could_not_join'],
  'login-required': ['failed', 'could_not_join'],
  'crash-while-recording': ['failed', 'crashed'],
};

let greenroom;
let room;
let receiver;
const arrivals = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    arrivals.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  greenroom = await startGreenroom({ vendors: [notetaker] });
});
beforeEach(async () => {
  arrivals.length = 0;
  room = await greenroom.workspace();
});
afterAll(async () => {
  await greenroom.close();
  receiver.close();
});

const hooks = () => `http://127.0.0.1:${receiver.address().port}/hooks`;
const call = async (method, path = '', body, headers = {}) => {
  const { api_key } = room.vendor('notetaker');
  const response = await room.fetch(`/notes/v1/notetakers${path}`, {
    method,
    headers: { authorization: `Bearer ${api_key}`, ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: response.status === 204 ? undefined : await response.json() };
};
const send = (more = {}, headers = {}) =>
  call(
    'POST',
    '',
    {
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      join_at: '2026-01-01T09:10:00Z',
      webhook_url: hooks(),
      ...more,
    },
    headers,
  );

describe('A notetaker in a meeting', () => {
  test.each(Object.entries(STORIES))('ends %s as its story says', async (scenario, [status, reason]) => {
    const { body: made } = await send({}, { 'greenroom-scenario': scenario });
    await room.clock.until('idle');
    const { body: over } = await call('GET', `/${made.id}`);
    expect([over.status, over.reason]).toEqual([status, reason]);
    const last = arrivals.at(-1);
    const verifier = new Webhook(room.vendor('notetaker').webhook_secret);
    const headers = { ...last.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
    // The library wants messages of the last five minutes, and the world is in January: only the time is refused.
    expect(() => verifier.verify(last.body, last.headers)).toThrow('Message timestamp too old');
    expect(() => verifier.verify(last.body, headers)).toThrow('No matching signature found');
    expect(
      verifier.sign(last.headers['webhook-id'], new Date(last.headers['webhook-timestamp'] * 1000), last.body),
    ).toBe(last.headers['webhook-signature']);
    expect(JSON.parse(last.body).data).toMatchObject({ id: made.id, status, reason });
  });

  test('keeps the words that were spoken, with or without names', async () => {
    const { body: named } = await send();
    await room.clock.until({ subject: named.id, state: 'done' });
    const { body } = await call('GET', `/${named.id}`);
    expect(body.transcript.length).toBeGreaterThan(5);
    expect(body.transcript[0].speaker).not.toBe('');

    room = await greenroom.workspace({ notetaker: { speaker_names: false } });
    const { body: unnamed } = await send();
    await room.clock.until('idle');
    expect((await call('GET', `/${unnamed.id}`)).body.transcript[0].speaker).toBe('');
  });

  test('can be called back until it is over', async () => {
    const { body: made } = await send({ reference: 'standup' });
    expect((await call('DELETE', `/${made.id}`)).status).toBe(204);
    expect((await call('DELETE', `/${made.id}`)).status).toBe(409);
    expect((await call('DELETE', '/ntk_0')).status).toBe(404);
    expect((await call('GET')).body.notetakers.map(({ status }) => status)).toEqual(['failed']);
  });

  test('is found by the name that its app gave it', async () => {
    const { body: made } = await send({ reference: 'standup' });
    await room.clock.until({ subject: { reference: 'standup' }, state: 'recording' });
    expect((await call('GET', `/${made.id}`)).body.status).toBe('recording');
  });
});

describe('The world around a notetaker', () => {
  test('repeats a webhook that is refused, at the waits of the vendor', async () => {
    await room.faults.add({ on: 'delivery', match: { provider: 'notetaker' }, do: { answers: [500, 500, 200] } });
    await send({}, { 'greenroom-scenario': 'meeting-not-found' });
    await room.clock.until('idle');
    const { deliveries } = await room.deliveries.list({ provider: 'notetaker' });
    expect(deliveries[0].attempts.map(({ at, status }) => [at.slice(11, 19), status])).toEqual([
      ['09:10:10', 500],
      ['09:10:15', 500],
      ['09:15:15', 200],
    ]);
  });

  test('says which field of a call is wrong, and holds its answers against the contract', async () => {
    await send({ meetingUrl: 'x' });
    const { entries } = await room.timeline({ kind: 'violation' });
    expect(entries.map(({ summary }) => summary)).toEqual([expect.stringContaining('perhaps "meeting_url"')]);
  });

  test('counts what was exercised of its contract', async () => {
    await send();
    await room.clock.until('idle');
    const report = await room.coverage();
    const { kinds } = report.providers.find(({ provider }) => provider === 'notetaker');
    expect(kinds.transitions.covered).toBe(2);
  });

  test('has an OpenAPI document', async () => {
    const document = await (await room.fetch('/_greenroom/contracts/notetaker.openapi.json')).json();
    expect(Object.keys(document.paths)).toEqual(['/notes/v1/notetakers', '/notes/v1/notetakers/{id}']);
  });

  test('survives a snapshot in the middle of its meeting', async () => {
    const { body: made } = await send();
    await room.clock.until({ subject: made.id, state: 'recording' });
    const snapshot = await room.snapshot();
    await room.clock.until('idle');
    await room.restore(snapshot);
    expect((await call('GET', `/${made.id}`)).body.status).toBe('recording');
    await room.clock.until({ subject: made.id, state: 'done' });
  });
});

describe('A profile that is wrong', () => {
  const STATES = ['scheduled', 'recording', 'done', 'failed'];
  const broken = (change) => {
    // A vendor that was made is its provider, with the profile and the name of that.
    const { profile, name, ...provider } = notetaker;
    return () =>
      defineVendor({
        profile: { ...profile, name, credentials: { api_key: 'ntk_' }, unknownId: 'ntk_0', ...change.profile },
        provider: { ...provider, ...change.provider },
      });
  };

  test.each([
    [
      'a handler too few',
      { provider: { handlers: {} } },
      /at provider\.handlers\.createNotetaker, expected the code of the operation/,
    ],
    [
      'an event that begins nowhere',
      {
        profile: {
          contract: {
            ...notetaker.profile.contract,
            lifecycle: { states: STATES, events: { end: { from: ['asleep'], to: 'done' } }, subTypes: {} },
          },
        },
      },
      /at profile\.contract\.lifecycle\.events\.end\.from, expected states among scheduled, recording, done, failed, was "asleep"/,
    ],
    [
      'a path that is not its own',
      { provider: { owns: () => false } },
      /at provider\.owns, expected true for the path of every operation/,
    ],
    [
      'a name that is no word',
      { profile: { name: 'My Vendor' } },
      /at profile\.name, expected a word of lower-case letters/,
    ],
  ])('with %s is refused with the field', (_, change, message) => {
    expect(broken(change)).toThrow(message);
  });

  test('with a path of another vendor is refused at the start of the server', async () => {
    const greedy = { ...notetaker, name: 'greedy', owns: () => true };
    await expect(startGreenroom({ vendors: [greedy] })).rejects.toThrow(/expected paths that no other vendor owns/);
  });
});
