import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect } from 'vitest';
import { checkProvider } from '../../src/checks/provider/check.js';
import { PROVIDER_RULES, type ProviderRule } from '../../src/checks/provider/rules.js';
import { VENDORS, type VendorName } from '../../src/contracts/vendors.js';
import { readWireMessages } from '../../src/server/wire.js';
import { attendee, control, test } from '../support/room.js';
import { startProxy, type Passing } from '../support/proxy.js';
import { runHere } from '../support/run-here.js';
import { serveOn } from '../support/serve-on.js';
import { COMMAND } from '../support/server.js';

interface Place {
  readonly url: string;
  readonly cronofy: { readonly client_secret: string; readonly access_token: string };
  readonly attendee: { readonly api_key: string };
}

const check = (
  room: Place,
  provider: VendorName,
  { url = room.url, writes = true, signal = new AbortController().signal } = {},
) =>
  checkProvider(new URL(url), {
    vendor: VENDORS[provider],
    key: provider === 'cronofy' ? room.cronofy.client_secret : room.attendee.api_key,
    accessToken: room.cronofy.access_token,
    allowWrites: writes,
    timeoutMs: 5000,
    messages: readWireMessages(provider),
    signal,
  });

const paths = async (room: Place, query: string): Promise<string[]> =>
  (await control(room, 'GET', `/requests?${query}`)).json.requests.map(
    ({ method, path }: { method: string; path: string }) => `${method} ${path}`,
  );

describe('Greenroom checked by greenroom', () => {
  for (const provider of ['cronofy', 'attendee'] as const) {
    test(`is clean as ${provider}, with writes`, async ({ room }) => {
      const { findings, summary } = await check(room, provider);
      expect(findings).toEqual([]);
      expect(Number(/^(\d+) probes/.exec(summary)![1])).toBeGreaterThan(20);
    });
  }

  test('is clean at the URL that clients are given, path included', async ({ room }) => {
    const { findings } = await check(room, 'attendee', { url: `${room.url}/api/v1/`, writes: false });
    expect(findings).toEqual([]);
  });

  test('nothing is made without leave, and nothing is left behind with it', async ({ room }) => {
    await check(room, 'attendee', { writes: false });
    expect(await paths(room, 'status=201')).toEqual([]);
    await check(room, 'attendee');
    expect(await paths(room, 'status=201')).toEqual(['POST /api/v1/bots']);
    expect((await attendee(room, 'GET', '/api/v1/bots')).json.results).toEqual([]);
    await check(room, 'cronofy');
    expect(await paths(room, 'operation=scheduleMeetingAgent&status=202')).toHaveLength(2);
    await control(room, 'POST', '/clock/advance', { until: 'idle' });
    expect((await control(room, 'GET', '/timeline?kind=transition')).text).not.toContain('joined');
  });
});

const change = (passing: Passing, how: (value: Record<string, unknown>) => void): void => {
  const value = JSON.parse(passing.body) as Record<string, unknown>;
  how(value);
  passing.body = JSON.stringify(value);
};

type Drift = (passing: Passing) => void;

/** For each rule, one place in which an API has drifted. Those of one vendor do not meet. */
const ATTENDEE_DRIFTS: Partial<Record<ProviderRule, Drift>> = {
  'operation-missing': (passing) => {
    if (passing.path.endsWith('/leave') && passing.scheme === 'none') passing.status = 404;
  },
  'auth-not-enforced': (passing) => {
    if (passing.path === '/api/v1/calendars' && passing.method === 'GET' && passing.scheme === 'none')
      passing.status = 200;
  },
  'unexpected-status': (passing) => {
    if (passing.path === '/api/v1/calendar_events' && passing.scheme === 'good')
      Object.assign(passing, { status: 400, body: '{"error":"no"}' });
  },
  'content-type': (passing) => {
    if (passing.path === '/api/v1/zoom_oauth_connections' && passing.status === 200)
      passing.headers['content-type'] = 'text/plain';
  },
  'challenge-missing': (passing) => {
    if (passing.path.endsWith('/speech') && passing.scheme === 'none') delete passing.headers['www-authenticate'];
  },
  'answer-lacks': (passing) => {
    if (passing.method === 'POST' && passing.status === 201) change(passing, (bot) => delete bot['recording_state']);
  },
  'answer-outside': (passing) => {
    if (passing.path === '/api/v1/bots' && passing.method === 'GET' && passing.status === 200)
      change(passing, (page) => (page['results'] = 'none'));
  },
  'answer-new-field': (passing) => {
    if (/bots\/bot_\w+$/.test(passing.path) && passing.method === 'GET' && passing.status === 200)
      change(passing, (bot) => (bot['mood'] = 'good'));
  },
  'write-not-kept': (passing) => {
    if (passing.method === 'PATCH' && passing.status === 200)
      change(passing, (bot) => (bot['join_at'] = '2030-01-01T00:00:00Z'));
  },
  'answer-not-empty': (passing) => {
    if (passing.method === 'DELETE' && passing.status === 200) passing.body = '{"deleted":true}';
  },
};
const CRONOFY_DRIFTS: Partial<Record<ProviderRule, Drift>> = {
  'undocumented-status': (passing) => {
    if (passing.path === '/v1/account' && passing.scheme === 'good') passing.status = 206;
  },
  'rate-limited': (passing) => {
    if (passing.path === '/v1/userinfo' && passing.scheme === 'good') Object.assign(passing, { status: 429, body: '' });
  },
  'fixture-differs': (passing) => {
    if (passing.status === 422 && passing.path.endsWith('/events') && passing.method === 'POST')
      change(passing, (refusal) => (refusal['errors'] = { other: [{ key: 'a', description: 'b' }] }));
  },
  'not-cleaned-up': (passing) => {
    if (passing.method === 'DELETE' && passing.status === 202) passing.status = 402;
  },
};
const ENDINGS: Partial<Record<ProviderRule, (passing: Passing) => boolean | void>> = {
  unreachable: ({ path }) => !path.endsWith('/calendars'),
  redirected: (passing) => {
    Object.assign(passing, { status: 302, body: '' });
    passing.headers['location'] = 'https://elsewhere.example/login';
  },
  'turned-away': (passing) => {
    Object.assign(passing, { status: 429, body: '' });
    passing.headers['retry-after'] = '86400';
  },
  'key-refused': (passing) => {
    if (passing.scheme === 'good' && passing.path === '/api/v1/bots') {
      Object.assign(passing, { status: 401, body: '{"detail":"no"}' });
      passing.headers['www-authenticate'] = 'Token';
    }
  },
};

describe('A drift is found', () => {
  for (const [provider, drifts] of [
    ['attendee', ATTENDEE_DRIFTS],
    ['cronofy', CRONOFY_DRIFTS],
  ] as const) {
    test(`each of ${provider} once, by its own rule`, async ({ room }) => {
      const proxy = await startProxy(room.url, (passing) => {
        for (const drift of Object.values(drifts)) drift(passing);
      });
      const { findings } = await check(room, provider, { url: proxy.url });
      await proxy.close();
      // A removal that is refused is told at its own place too.
      const told = findings.filter(({ where }) => where.operation !== 'cancelMeetingAgent');
      expect(told.map(({ rule }) => rule).toSorted()).toEqual(Object.keys(drifts).toSorted());
      for (const { rule, severity, where, advice } of told) {
        expect(severity).toBe(PROVIDER_RULES.find(({ name }) => name === rule)!.severity);
        expect([where.provider, advice]).toEqual([provider, expect.any(String)]);
      }
    });
  }

  for (const [rule, drift] of Object.entries(ENDINGS)) {
    test(`${rule}, which ends the check`, async ({ room }) => {
      const proxy = await startProxy(room.url, drift);
      const { findings } = await check(room, 'attendee', { url: proxy.url });
      await proxy.close();
      expect(findings).toMatchObject([{ rule, severity: 'error' }]);
    });
  }

  test('an API that turns every probe away, or fails at each, does not pass', async ({ room }) => {
    let asked = 0;
    for (const [status, rule] of [
      [429, 'turned-away'],
      [503, 'nothing-judged'],
    ] as const) {
      asked = 0;
      const proxy = await startProxy(room.url, (passing) => {
        asked++;
        Object.assign(passing, { status, body: '' });
      });
      const { findings } = await check(room, 'attendee', { url: proxy.url, writes: false });
      await proxy.close();
      expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([{ rule }]);
      if (status === 429) expect(asked).toBeLessThan(6);
    }
  });

  test('an answer without an end is read no further than a bound', async ({ room }) => {
    const endless = (response: ServerResponse): void => {
      while (response.write('x'.repeat(2 ** 18)));
      response.once('drain', () => endless(response));
    };
    await using api = await serveOn((_, response) => endless(response));
    const { findings } = await check(room, 'attendee', { url: api.url, writes: false });
    const message = expect.stringContaining('got no answer: the answer has more than 16777216 characters');
    expect(findings).toMatchObject([{ rule: 'unreachable', message }]);
  });

  test('every rule has a planted drift', () => {
    const planted = [ATTENDEE_DRIFTS, CRONOFY_DRIFTS, ENDINGS].flatMap((drifts) => Object.keys(drifts));
    const rules = PROVIDER_RULES.map(({ name }) => name).filter(
      (name) => !['interrupted', 'newer-version', 'nothing-judged'].includes(name),
    );
    expect(planted.toSorted()).toEqual(rules.toSorted());
  });

  test('what was made is removed when somebody interrupts, or the API fails in the middle', async ({ room }) => {
    const interruption = new AbortController();
    const proxy = await startProxy(room.url, (passing) => {
      if (passing.status === 201) interruption.abort();
    });
    const interrupted = await check(room, 'attendee', { url: proxy.url, signal: interruption.signal });
    await proxy.close();
    expect(interrupted.findings).toMatchObject([{ rule: 'interrupted', severity: 'error' }]);
    const broken = await startProxy(room.url, ({ method, status }) => !(method === 'PATCH' && status === 200));
    const failed = await check(room, 'attendee', { url: broken.url });
    await broken.close();
    expect(failed.findings).toMatchObject([{ rule: 'unreachable' }]);
    expect(await paths(room, 'status=201')).toHaveLength(2);
    expect((await attendee(room, 'GET', '/api/v1/bots')).json.results).toEqual([]);
  });
});

describe('greenroom check provider', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('removes what it made when it is ended by %s', async ([signal, expected], { room }) => {
    let stop = (): unknown => undefined;
    const proxy = await startProxy(room.url, ({ status }) => {
      if (status === 201) stop();
    });
    const args = ['check', 'provider', proxy.url, '--provider', 'attendee', '--allow-writes'];
    const child = spawn(process.execPath, [COMMAND, ...args, '--key', room.attendee.api_key], { stdio: 'ignore' });
    stop = () => child.kill(signal);
    const [code] = (await once(child, 'close')) as [number | null];
    await proxy.close();
    expect(code).toBe(expected);
    expect(await paths(room, 'status=201')).toHaveLength(1);
    expect((await attendee(room, 'GET', '/api/v1/bots')).json.results).toEqual([]);
  });

  test('takes the key from the environment, and repeats it nowhere', async ({ room }) => {
    const echo = await startProxy(room.url, (passing) => {
      if (passing.path === '/api/v1/calendars' && passing.scheme === 'good')
        Object.assign(passing, { status: 404, body: JSON.stringify({ detail: room.attendee.api_key }) });
    });
    const args = ['check', 'provider', echo.url, '--provider', 'attendee', '--reporter', 'json'];
    const { code, stdout } = await runHere(args, { env: { GREENROOM_CHECK_KEY: room.attendee.api_key } });
    await echo.close();
    expect([code, JSON.parse(stdout).counts.error]).toEqual([1, 1]);
    expect(stdout).not.toContain(room.attendee.api_key);
  });

  test('wants a URL, a vendor and a key', async () => {
    const wrong = [[], ['nowhere'], ['http://127.0.0.1:1'], ['http://127.0.0.1:1', '--provider', 'attendee']];
    const ends = await Promise.all(wrong.map((words) => runHere(['check', 'provider', ...words])));
    expect(ends.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  });
});

describe('An API of another version', () => {
  test('is judged by the version that it says, or that is named', async ({ room }) => {
    const chosen = await room.workspace({ attendee: { version: '1.81' } });
    const proxy = await startProxy(room.url, (passing) => {
      if (passing.path === '/version/') passing.body = '{"version":"1.81.1"}';
    });
    const { findings, summary } = await check({ ...room, attendee: chosen.attendee }, 'attendee', { url: proxy.url });
    await proxy.close();
    expect([findings, summary]).toEqual([[], expect.stringContaining('Attendee bot API 1.81.1')]);
  });

  test('that is newer than known has its differences told as notes, and its open doors as errors', async ({ room }) => {
    const proxy = await startProxy(room.url, (passing) => {
      if (passing.path === '/version/') passing.body = '{"version":"1.99.0"}';
      ATTENDEE_DRIFTS['answer-outside']!(passing);
      ATTENDEE_DRIFTS['auth-not-enforced']!(passing);
    });
    const { findings } = await check(room, 'attendee', { url: proxy.url, writes: false });
    await proxy.close();
    const told = findings.map(({ rule, severity, message }) => [rule, severity, message.slice(0, 24)]);
    expect(told[0]).toEqual(['newer-version', 'note', 'The API says 1.99.0; gre']);
    expect(told).toContainEqual(['answer-outside', 'note', 'Newer than known (1.99.0']);
    expect(told.find(([rule]) => rule === 'auth-not-enforced')?.[1]).toBe('error');
  });
});
