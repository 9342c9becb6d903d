import { describe, expect } from 'vitest';
import { createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { reasonReader, type Call } from '../../src/vendor.js';
import { set } from '../support/cronofy.js';
import { notetaker } from '../support/notetaker.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, test } from '../support/room.js';

const LATER = '2026-01-01T10:00:00Z';

/** What the lines of the calls say after the arrow. */
const answersOf = async (room: Greenroom): Promise<string[]> =>
  (await room.timeline({ kind: 'request' })).entries.map(({ summary }) => summary.split(' → ')[1]!);

describe('The timeline says why a call is refused:', () => {
  test.for([
    [{ meeting_url: 'nowhere' }, '400 meeting_url: Invalid meeting URL'],
    [{ recording_settings: { format: 'gif' } }, "400 recording_settings.format: Format must be mp4 or mp3 or 'none'"],
    [{ webhooks: [{ url: 'x' }] }, "400 webhooks: 'triggers' is a required property"],
    [
      { bot_name: 'x'.repeat(300) },
      "400 the vendor's database does not take this bot_name: it is too long, or has NUL or half a character",
    ],
    [{ zoom_settings: 'x' }, "500 the vendor's own code fails on what was given for zoom_settings"],
  ])('a bot with %j', async ([more, why], { room }) => {
    await attendee(room, 'POST', '/api/v1/bots', { ...botRequest(LATER), ...(more as object) });
    expect(await answersOf(room)).toEqual([why]);
  });

  test('an agent with two wrong fields, each with its place', async ({ room }) => {
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest('nowhere', { join_url: 'x' }));
    expect(await answersOf(room)).toEqual([
      '422 join_url: must be a valid HTTPS URL; subscriptions[0].uri: must be a valid HTTP or HTTPS URL',
    ]);
  });

  test.for([
    ['/api/v1/bots', 'Bearer secret-of-mine', '401 wants "Authorization: Token KEY", was "Bearer secr…"'],
    ['/api/v1/bots', 'secret-of-mine', '401 wants "Authorization: Token KEY", was "secr…"'],
    ['/api/v1/bots', '', '401 wants "Authorization: Token KEY", was ""'],
    [
      '/api/v1/bots',
      'Token undefined',
      '401 the key of "Token undefined" was taken for a placeholder, which lets nobody in: is a variable not set?',
    ],
    ['/v1/meeting_agents', 'Token secret-of-mine', '401 wants "Authorization: Bearer KEY", was "Token secr…"'],
    ['/v1/meeting_agents', 'Bearer', '401 wants "Authorization: Bearer KEY", was "Bearer"'],
    ['/v1/meeting_agents', 'Bearer secret-of-mine', '401 no workspace has the key of "Bearer secr…"'],
  ] as const)('%s with the authorization "%s", without the key', async ([path, authorization, why], { room }) => {
    await set(room, { auth: 'strict' });
    const answer = await call('POST', room.url + path, {}, { authorization });
    expect(await answersOf(room)).toEqual([why]);
    expect(answer.headers.get('greenroom-hint')).toBe(why.slice('401 '.length).replace('…', '...'));
  });

  test('a call without authorization', async ({ room }) => {
    await call('POST', `${room.url}/api/v1/bots`, {});
    expect(await answersOf(room)).toEqual(['401 wants "Authorization: Token KEY", was missing']);
  });

  test.for([
    ['PUT', '/api/v1/bots/bot_1', '405 this path takes GET and PATCH and DELETE'],
    ['PUT', '/v1/meeting_agents', '405 this path takes POST and DELETE'],
    ['GET', '/api/v1/bots/bot_1', '404 Bot not found'],
    ['GET', '/api/v1/bot', '404 Did you mean GET /api/v1/bots?'],
    ['GET', '/api/v1/bots?cursor=x', '404 Invalid cursor'],
    ['GET', '/v1/foo', '404 no operation has this path'],
    ['GET', '/recordings/bot_1/a.mp4', '403 no workspace signed this link, or it leads to no file'],
    ['GET', '/v1/meeting_agents/resources/x', '404 no callback of this world has told of this resource'],
    ['POST', '/oauth/token', '400 invalid_request'],
    ['GET', '/oauth/authorize', '400 Unknown application client_id is missing or unknown.'],
    ['GET', '/oauth/permissions?request=', '404 Nobody was asked This link is not known.'],
  ] as const)('%s %s', async ([method, path, why], { room }) => {
    await (path.startsWith('/api') ? attendee : cronofy)(room, method, path, method === 'GET' ? undefined : {});
    expect(await answersOf(room)).toEqual([why]);
  });

  test('a body that is too large', async () => {
    await using room = await startGreenroom({ maxBody: 1000 });
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, { display_name: 'x'.repeat(1000) }));
    expect(await answersOf(room)).toEqual([
      '413 the body has more than 1000 bytes; --max-body, or the option maxBody in TypeScript, allows more',
    ]);
  });

  test('a call to a vendor of one’s own, whose profile says how', async () => {
    const replies = [
      { status: 409, body: '{"problem":{"text":"taken","code":7}}' },
      { status: 409, body: '{"problem":{}}', reason: 'the note is shut' },
    ];
    const mine = {
      ...notetaker,
      profile: { ...notetaker.profile, reasonIn: reasonReader({ unnamed: ['problem', 'text'], unread: ['code'] }) },
      handlers: { makeNote: ({ world }: Call) => replies[world.requests.count - 1]! },
    };
    await using room = await createGreenroom({ vendors: [mine] });
    for (const method of ['POST', 'POST', 'PUT'])
      await room.fetch(new Request('http://localhost/notes', { method, headers: { authorization: 'Token x' } }));
    expect(await answersOf(room)).toEqual(['409 taken', '409 the note is shut', '405 this path takes POST']);
  });

  test('but no secret of a body that says it back', async ({ room }) => {
    await cronofy(room, 'POST', '/oauth/token', { client_id: 'x', client_secret: 'very-secret', grant_type: 'code' });
    expect(await room.timeline({ as: 'text' })).not.toContain('very-secret');
  });

  test('and nothing of a call that is served', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(LATER));
    expect(await answersOf(room)).toEqual(['201']);
  });
});

describe('The timeline says what became of a webhook:', () => {
  test.for([
    ['the text of a page', 1, "Can't find it"],
    ['the title of one that is long before its text', 1000, 'Not found'],
  ] as const)('the text has %s in which a receiver refuses', async ([, lines, words]) => {
    const style = `<style>${'body { color: #000 } '.repeat(lines)}</style>`;
    const page = `\n<!doctype html><html><head><title>Not found</title>${style}</head><body><h1>Can&#39;t find it</h1></body></html>`;
    const hooks = 'http://127.0.0.1:1';
    await using room = await startGreenroom({ receivers: { [hooks]: () => new Response(page, { status: 404 }) } });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, hooks));
    await room.clock.advance({ by: '1s' });
    expect(await room.timeline({ as: 'text' })).toContain(`: 404 "${words}", retry at`);
  });

  test('the text has the port where nobody listens', async ({ room, receiver }) => {
    await receiver.close();
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, `${receiver.url}/hooks?key=secret`));
    await room.clock.advance({ by: '1s' });
    const text = await room.timeline({ as: 'text', kind: 'delivery' });
    expect(text).toContain(`bot.state_change joining → ${receiver.url}/hooks: refused, nobody listens there, retry at`);
    expect(text).not.toContain('secret');
  });

  test('the text has the words of a receiver in this process, and of one that throws', async () => {
    const hooks = 'http://127.0.0.1:1';
    const answers = [
      () => new Response(`bad signature\n${'x'.repeat(200)}`, { status: 400 }),
      () => {
        throw new TypeError('no such meeting');
      },
    ];
    await using room = await startGreenroom({ receivers: { [hooks]: () => answers.shift()?.() ?? new Response() } });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, hooks));
    await room.clock.advance({ by: '10m' });
    const text = await room.timeline({ as: 'text', kind: 'delivery' });
    expect(text).toContain(`${hooks}/: 400 "bad signature ${'x'.repeat(85)}…", retry at`);
    expect(text).toContain('dropped, no such meeting, retry at');
  });

  test('the entries tell receivers apart without the ports, which differ from run to run', async ({
    room,
    receiver,
  }) => {
    const hooks = ['http://127.0.0.1:1/a', `${receiver.url}/b`].map((url) => ({ url, triggers: ['bot.state_change'] }));
    await attendee(room, 'POST', '/api/v1/bots', { ...botRequest(undefined), webhooks: hooks });
    await room.clock.advance({ by: '1s' });
    const { entries } = await room.timeline({ kind: 'delivery' });
    const first = entries.filter(({ attempt }) => attempt === 1);
    expect(first.map(({ url, receiver: number, summary }) => [url, number, summary.split(/, | → /)[1]])).toEqual([
      ['http://127.0.0.1/a', 1, 'http://127.0.0.1:{receiver 1}/a: refused'],
      ['http://127.0.0.1/b', 2, 'http://127.0.0.1:{receiver 2}/b: 200'],
    ]);
    const { json: snapshot } = await control(room, 'GET', '/snapshot');
    await control(room, 'PUT', '/snapshot', snapshot);
    await attendee(room, 'POST', '/api/v1/bots', { ...botRequest(undefined), webhooks: hooks.slice(1) });
    expect((await room.timeline({ kind: 'delivery' })).entries.at(-1)?.receiver).toBe(2);
  });
});
