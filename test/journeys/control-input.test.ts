import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { attendee, botRequest, control, cronofy, MEET_URL, test } from '../support/room.js';
import { asUser } from '../support/cronofy.js';

const refusal = async (answer: ReturnType<typeof control>) => {
  const { status, json } = await answer;
  return [status, json.code, json.pointer, json.nearest];
};

describe('What the control plane is told by mistake', () => {
  test.for([
    ['/timeline?kind=transitions', '?kind', 'transition'],
    ['/timeline?knid=note', '?', 'kind'],
    ['/deliveries?status=deliverd', '?status', 'delivered'],
    ['/deliveries?provider=cronfy', '?provider', 'cronofy'],
    ['/requests?stauts=200', '?', 'status'],
    ['/requests?method=PSOT', '?method', 'POST'],
    ['/requests?path=https://app.attendee.dev/api/v1/bots', '?path', undefined],
    ['/requests?path=/api/v1/bots/:id', '?path', undefined],
    ['/timeline?provider=atendee', '?provider', 'attendee'],
  ] as const)(
    'a filter that would find nothing, or everything, is refused: %s',
    async ([path, pointer, near], { room }) => {
      expect(await refusal(control(room, 'GET', path))).toEqual([422, 'INVALID_BODY', pointer, near]);
    },
  );

  test.for([
    ['/clock/advance', 'by=1h', 'Write {"by":"1h"}.'],
    ['/clock/hold', 'reason=the+import%20runs', 'Write {"reason":"the import runs"}.'],
    [
      '/clock/advance',
      '1h',
      'Write one of {"by": "5m"}, {"to": "2026-03-02T10:00:00Z"}, {"next": true} or {"until": …}.',
    ],
  ] as const)(
    'a body of %s that is not JSON, %s, is refused with what to write',
    async ([path, body, advice], { room }) => {
      const answer = await room.fetch(`/_greenroom${path}`, { method: 'POST', body });
      const { code, detail } = (await answer.json()) as { code: string; detail: string };
      expect([answer.status, code, detail]).toEqual([
        400,
        'MALFORMED_JSON',
        expect.stringMatching(/^Failed to read the body: it is not JSON \(.+\)\. Write /),
      ]);
      expect(detail.endsWith(advice)).toBe(true);
    },
  );

  test('a body is read as a shell on Windows sends its files, or refused with how to send it', async ({ room }) => {
    const advance = async (body: Uint8Array<ArrayBuffer>) => {
      const answer = await room.fetch('/_greenroom/clock/advance', { method: 'POST', body });
      return [answer.status, ((await answer.json()) as { detail?: string }).detail?.split('). ').at(-1)];
    };
    const text = '{"by":"1s"}';
    expect(await advance(Buffer.from(`\uFEFF${text}`))).toEqual([200, undefined]);
    expect(await advance(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toEqual([400, 'Write it in UTF-8.']);
    expect(await advance(gzipSync(text))).toEqual([400, 'Send it as it is, not packed by gzip.']);
  });

  test('a method that there is not is refused where calls are counted, unless somebody has called by it', async ({
    room,
  }) => {
    const asked = (method: string) => control(room, 'POST', '/requests/verify', { match: { method }, times: 0 });
    for (const method of ['PSOT', 'PURGE'])
      expect((await refusal(asked(method))).slice(0, 3)).toEqual([422, 'INVALID_BODY', '/match/method']);
    await attendee(room, 'PURGE', '/api/v1/bots');
    expect([(await asked('purge')).json.count, (await asked('get')).json.ok]).toEqual([1, true]);
  });

  test.for([
    ['/faults', { on: 'request', do: { answer: 500 } }, ' The fields are status, headers, body, '],
    ['/clock/hold', ['the import runs'], ' Its fields are reason.'],
    ['/workspaces', { clock: 'frozen' }, ' Did you mean {"mode": "frozen"}?'],
    ['/workspaces', { clock: '2026-03-02T10:00:00Z' }, ' Its fields are now, mode, '],
  ] as const)(
    'a form that there is not is refused with those that there are: %s %j',
    async ([path, body, advice], { room }) => {
      expect((await control(room, 'POST', path, body as object)).json.detail).toContain(advice);
    },
  );

  test.for([
    ['POST', '/faults', { on: 'delivery', do: { delay: '99999999999h' } }, '/do/delay'],
    ['POST', '/clock/advance', { by: 1e300 }, '/by'],
    ['POST', '/clock/advance', { until: 'idle', within: '9'.repeat(400) + 'h' }, '/within'],
    ['PATCH', '/workspaces/default', { attendee: { retry_delays: ['99999999999h'] } }, '/attendee/retry_delays/0'],
    ['PUT', '/scenarios/endless', { description: 'x', ends: { at: '99999999999h' } }, '/ends/at'],
  ] as const)(
    'a time longer than the clock goes is refused: %s %s %j',
    async ([method, path, body, pointer], { room }) => {
      expect((await refusal(control(room, method, path, body)))[0]).toBe(422);
      expect((await refusal(control(room, method, path, body)))[2]).toBe(pointer);
      expect((await control(room, 'GET', '/clock')).status).toBe(200);
    },
  );

  test.for([
    ['/faults', { on: 'delivery', match: { state: 'endd' }, do: { drop: true } }, '/match/state'],
    ['/faults', { on: 'request', match: { operation: 'creatBot' }, do: { status: 503 } }, '/match/operation'],
    ['/backstage', { kind: 'bot_evnet' }, '/kind'],
  ] as const)(
    'a word that there is not is refused with its place in the sentence, too: %s %j',
    async ([path, body, at], { room }) => {
      const { json } = await control(room, 'POST', path, body);
      expect([json.pointer, json.detail]).toEqual([at, expect.stringContaining(`: at ${at}, expected one of `)]);
    },
  );

  test.for(['advance', 'rewind'])(
    'a day that does not exist is refused, and the clock goes on: %s',
    async (what, { room }) => {
      await control(room, 'POST', '/clock/advance', { by: '1h' });
      for (const to of ['2026-02-30T00:00:00Z', '0842-95-19 57:33Z', '0000-00-00T00:00Z'])
        expect(await refusal(control(room, 'POST', `/clock/${what}`, { to }))).toEqual([
          422,
          'INVALID_BODY',
          '/to',
          undefined,
        ]);
      expect((await control(room, 'POST', '/clock/advance', { by: '1h' })).json.to).toBe('2026-01-01T11:00:00Z');
    },
  );

  test.for(['start', 'end'])(
    'a meeting that a user books on a day that does not exist is refused: %s',
    async (field, { room }) => {
      const times = { start: '2026-03-02T10:00:00Z', end: '2026-03-02T11:00:00Z', [field]: '0000-00-00T00:00Z' };
      const booking = { kind: 'calendar', user: 'books', url: MEET_URL, ...times };
      const refused = await refusal(control(room, 'POST', '/backstage', booking));
      expect(refused).toEqual([422, 'INVALID_BODY', `/${field}`, undefined]);
    },
  );

  test('what lies beyond the end of time is done at its end, not lost', async ({ room }) => {
    await control(room, 'POST', '/faults', { on: 'delivery', do: { delay: '2400000h' } });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, 'http://127.0.0.1:9/'));
    expect((await control(room, 'GET', '/clock')).json.pending.at(-1).due).toBe('2255-03-14T16:00:00Z');
  });

  test('a rule that waits for a word that no webhook tells is refused', async ({ room }) => {
    const rule = (effect: object, match = {}) =>
      refusal(control(room, 'POST', '/faults', { on: 'delivery', match, do: effect }));
    expect((await rule({ hold_until: { type: 'bot.state_chnge' } })).slice(2)).toEqual([
      '/do/hold_until/type',
      'bot.state_change',
    ]);
    expect((await rule({ hold_until: { type: 'bot.state_change', state: 'endd' } })).slice(2)).toEqual([
      '/do/hold_until/state',
      'ended',
    ]);
    expect((await rule({ drop: true }, { state: 'endd' })).slice(2)).toEqual(['/match/state', 'ended']);
  });

  test.for([
    ['/play/runs', { play: { runs: null } }],
    [
      '/play/casting/0/match/bot_nmae',
      { play: { casting: [{ id: 'c', scenario: 'manual', match: { bot_nmae: 'x' }, times: null, used: 0 }] } },
    ],
    ['/faults/rules/0/id', { faults: { rules: [{}] } }],
    ['/clock/now', { clock: { now: 9_000_000_000_000_001 } }],
  ] as const)('a snapshot that was tampered with is refused at %s', async ([pointer, changes], { room }) => {
    const { json: snapshot } = await control(room, 'GET', '/snapshot');
    const tampered = { ...snapshot };
    for (const [part, change] of Object.entries(changes)) tampered[part] = { ...snapshot[part], ...change };
    expect((await refusal(control(room, 'PUT', '/snapshot', tampered))).slice(0, 3)).toEqual([
      422,
      'INVALID_BODY',
      pointer,
    ]);
    expect((await control(room, 'GET', '/snapshot')).json).toEqual(snapshot);
  });

  test('a snapshot whose scenario is not here changes nothing', async ({ room }) => {
    const { json: snapshot } = await control(room, 'GET', '/snapshot');
    const { json } = await control(room, 'PUT', '/snapshot', { ...snapshot, scenario: 'nowhere' });
    expect(json.code).toBe('UNKNOWN_SCENARIO');
    expect((await control(room, 'GET', '/snapshot')).json).toEqual(snapshot);
  });

  test('options that a call does not take are refused', async ({ room, receiver }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await room.deliveries.wait({ match: { state: 'joining' } });
    for (const path of ['/reset', '/deliveries/dlv_1/redeliver'])
      expect(await refusal(control(room, 'POST', path, { seed: 2 }))).toEqual([
        422,
        'INVALID_BODY',
        '/seed',
        undefined,
      ]);
    expect(receiver.arrivals).toHaveLength(1);
    const match = {};
    expect((await refusal(control(room, 'POST', '/requests/verify', { match, times: {} })))[0]).toBe(422);
  });

  test('JSON that is nested without end is refused, not a failure', async ({ room }) => {
    const deep = `{"match":{"body":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
    expect((await refusal(control(room, 'POST', '/requests/verify', deep)))[0]).toBe(422);
    const inText = { match: { body: { text: '[{'.repeat(500) } } };
    expect((await control(room, 'POST', '/requests/verify', inText)).status).toBe(200);
  });

  test('times of the wall are durations too', async ({ room }) => {
    expect((await control(room, 'PATCH', '/clock', { quiet: '20ms' })).status).toBe(200);
    expect((await control(room, 'POST', '/workspaces', { quiet: '1ms', delivery_guard: '1s' })).status).toBe(201);
    for (const quiet of ['soon', '61s', -1])
      expect((await refusal(control(room, 'PATCH', '/clock', { quiet }))).slice(0, 3)).toEqual([
        422,
        'INVALID_BODY',
        '/quiet',
      ]);
    expect((await refusal(control(room, 'POST', '/workspaces', { delivery_guard: 0 })))[2]).toBe('/delivery_guard');
  });

  test('too many jobs are told with what waits, and when it is', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const { json } = await control(room, 'POST', '/clock/advance', { until: 'idle', job_limit: 2 });
    expect(json).toMatchObject({
      code: 'JOB_LIMIT',
      now: '2026-01-01T09:59:55Z',
      job: { label: 'scenario: reaches the lobby' },
    });
    expect(json.job).toEqual({ ...json.pending[0], kind: 'scenario.phase' });
    expect(json.detail).toContain('scenario: reaches the lobby');
  });
});

describe('Workspaces that were made, or not', () => {
  test('an id that could not be made is free, and counted ids step over those that were chosen', async ({ room }) => {
    const made = (body: object) => control(room, 'POST', '/workspaces', body);
    expect((await made({ id: 'mine', scenario: 'nowhere' })).status).toBe(422);
    expect((await made({ id: 'mine', attendee: { retry_delays: ['soon'] } })).status).toBe(422);
    expect((await made({ id: 'mine' })).status).toBe(201);
    expect((await made({ id: 'ws_2' })).status).toBe(201);
    const { json } = await made({});
    expect(json.id).toBe('ws_3');
    expect((await attendee({ ...room, attendee: json.attendee }, 'GET', '/api/v1/bots')).status).toBe(200);
  });

  test('what a world gave out lets nobody in after its reset, whatever the workspace admits', async ({ room }) => {
    const { client_id, client_secret } = room.cronofy;
    const grant = async () => {
      const page = new URLSearchParams({
        response_type: 'code',
        client_id,
        redirect_uri: 'http://127.0.0.1:9/',
        scope: 'read_write',
      });
      const { headers } = await fetch(`${room.url}/oauth/authorize?${page.toString()}`, { redirect: 'manual' });
      const code = new URL(headers.get('location')!).searchParams.get('code');
      const body = {
        client_id,
        client_secret,
        grant_type: 'authorization_code',
        code,
        redirect_uri: 'http://127.0.0.1:9/',
      };
      return (await cronofy(room, 'POST', '/oauth/token', body)).json.access_token as string;
    };
    const token = await grant();
    const status = async () => (await asUser(room, 'GET', '/v1/userinfo', undefined, token)).status;
    expect(await status()).toBe(200);
    const { json: snapshot } = await control(room, 'GET', '/snapshot');
    await room.reset();
    expect(await status()).toBe(401);
    await control(room, 'PUT', '/snapshot', snapshot);
    expect(await status()).toBe(200);
  });
});

describe('A word that no vendor has', () => {
  test.for([
    ['GET', '/requests?operation=createBott', undefined, '?operation', 'createBot'],
    ['GET', '/requests?status=4xx', undefined, '?status', undefined],
    ['GET', '/deliveries?type=bot.statechange', undefined, '?type', 'bot.state_change'],
    ['GET', '/deliveries?state=endd', undefined, '?state', 'ended'],
    ['POST', '/requests/verify', { match: { operation: 'createBott' } }, '/match/operation', 'createBot'],
    ['POST', '/deliveries/wait', { match: { type: 'bot.statechange' } }, '/match/type', 'bot.state_change'],
    ['POST', '/clock/advance', { until: { webhook: { state: 'endd' } } }, '/until/webhook/state', 'ended'],
  ] as const)(
    'is refused by %s %s, with the one that was meant',
    async ([method, path, body, pointer, nearest], { room }) => {
      const { status, json } = await control(room, method, path, body);
      expect([status, json.code, json.pointer, json.nearest]).toEqual([422, 'INVALID_BODY', pointer, nearest]);
    },
  );
});

describe('A path that no vendor has', () => {
  test.for([
    ['attendee', 'GET', '/api/v1/bot', 'GET /api/v1/bots'],
    ['attendee', 'POST', '/v1/bots', 'POST /api/v1/bots'],
    ['attendee', 'GET', '/api/v1/bots/bot_1/transcripts', 'GET /api/v1/bots/{id}/transcript'],
    ['cronofy', 'POST', '/v1/meeting_agent', 'POST /v1/meeting_agents'],
    ['cronofy', 'POST', '/v1/meeting_agents/', 'POST /v1/meeting_agents'],
  ] as const)(
    "%s %s %s is answered in the vendor's voice, with what was meant in a header",
    async ([vendor, method, path, meant], { room }) => {
      const call = vendor === 'cronofy' ? cronofy : attendee;
      const answer = await call(room, method, path, method === 'GET' ? undefined : {});
      expect([answer.status, answer.headers.get('greenroom-hint')]).toEqual([404, `Did you mean ${meant}?`]);
      expect(answer.text).not.toContain('Did you mean');
      const { json } = await control(room, 'GET', '/requests?status=404');
      expect(json.requests[0].violations).toMatchObject([{ rule: 'unknown-operation', nearest: meant }]);
      expect(await room.timeline({ as: 'text' })).toContain(meant);
    },
  );

  test.for([
    ['cronofy', 'GET', '/v1/calendars//events', /^Did you mean \w+ \/v1\/calendars\/\{calendar_id\}\/events\?$/],
    ['cronofy', 'GET', '/v1/meeting_agents/agt_1', /^Did you mean \w+ \/v1\/meeting_agents\?$/],
    ['cronofy', 'POST', '/v1/channel', /^Did you mean POST \/v1\/channels\?$/],
    ['attendee', 'GET', '/v1/calendars/', /^Did you mean GET \/api\/v1\/calendars\?$/],
  ] as const)(
    '%s %s %s is not led to another vendor, nor to where no API is',
    async ([vendor, method, path, hint], { room }) => {
      const answer = await (vendor === 'cronofy' ? cronofy : attendee)(room, method, path);
      expect([answer.status, answer.headers.get('greenroom-hint')]).toEqual([404, expect.stringMatching(hint)]);
    },
  );

  test('that is like none has no hint', async ({ room }) => {
    const { status, headers } = await attendee(room, 'GET', '/api/v1/something/else/altogether');
    expect([status, headers.get('greenroom-hint')]).toEqual([404, null]);
  });
});
