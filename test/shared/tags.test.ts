import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { MICROS_PER_MINUTE } from '../../src/clock/instant.js';
import { makeServer, type Server } from '../../src/server/server.js';
import { tagIn, tagOf } from '../../src/server/providers/tags.js';
import type { Vendor } from '../../src/server/providers/provider.js';
import { settingsFor } from '../../src/vendor/settings.js';

import { agentRequest, botRequest } from '../support/room.js';

const ORIGIN = 'http://127.0.0.1:4747';

const serverOf = (secret: string): Server => makeServer({ workspace: { secret } });

const credentialsOf = ({ workspaces }: Server) =>
  workspaces.default.describe(ORIGIN) as Record<'cronofy' | 'attendee', Record<string, string>>;

async function ask(server: Server, method: string, path: string, authorization: string, body?: unknown) {
  const headers = { 'content-type': 'application/json', authorization };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await server.app.fetch(new Request(path.startsWith('http') ? path : ORIGIN + path, init));
  return { status: answer.status, json: JSON.parse(await answer.text()) };
}

/** Everything that a world gives out by which a call finds it: made by the same calls in each. */
async function givenOut(server: Server): Promise<Record<string, string>> {
  const { cronofy, attendee } = credentialsOf(server);
  const client = { client_id: cronofy['client_id'], client_secret: cronofy['client_secret'] };
  const secret = `Bearer ${cronofy['client_secret']}`;
  const { json: grant } = await ask(server, 'POST', '/v1/application_calendars', secret, {
    ...client,
    application_calendar_id: 'a',
  });
  const { json: made } = await ask(server, 'POST', '/v1/meeting_agents', secret, agentRequest());
  const { json: bot } = await ask(
    server,
    'POST',
    '/api/v1/bots',
    `Token ${attendee['api_key']}`,
    botRequest(undefined),
  );
  await server.workspaces.default.world.clock.advance({ by: 120 * MICROS_PER_MINUTE });
  const recording = await ask(server, 'GET', `/api/v1/bots/${bot.id}/recording`, `Token ${attendee['api_key']}`);
  const [dashboard] = made.meeting_agent.resources as { url: string }[];
  return {
    access_token: grant.access_token,
    refresh_token: grant.refresh_token,
    dashboard: dashboard!.url.split('/').at(-1)!,
    recording: new URL(recording.json.url).searchParams.get('signature')!,
  };
}

describe('A workspace with a secret', () => {
  test('has credentials that begin with its tag, and has nothing of them in common with another', () => {
    const [a, b] = [credentialsOf(serverOf('one')), credentialsOf(serverOf('two'))];
    const tag = tagOf('one');
    expect(tag).toMatch(/^\w{10}$/);
    const { client_id, client_secret, access_token } = a.cronofy;
    expect([client_id, client_secret, access_token, a.attendee['api_key']]).toEqual([
      expect.stringMatching(new RegExp(`^${tag}\\w{22}$`)),
      expect.stringMatching(new RegExp(`^CRN_${tag}\\w{28}$`)),
      expect.stringMatching(new RegExp(`^${tag}\\w{22}$`)),
      expect.stringMatching(new RegExp(`^${tag}\\w{22}$`)),
    ]);
    const all = [a, b].map(({ cronofy, attendee }) => {
      const { version: _, ...keys } = { ...cronofy, ...attendee };
      return Object.values(keys);
    });
    expect(all[0]!.filter((value) => all[1]!.includes(value))).toEqual([ORIGIN]);
  });

  test('gives out nothing that does not begin with its tag, and nothing that another of the same seed gives out', async () => {
    const [a, b] = [await givenOut(serverOf('one')), await givenOut(serverOf('two'))];
    for (const [name, value] of Object.entries(a)) {
      expect([name, value.slice(0, 10)]).toEqual([name, tagOf('one')]);
      expect([name, b[name]!.slice(0, 10)]).toEqual([name, tagOf('two')]);
    }
  });

  test('is found in a credential of every kind', () => {
    const server = serverOf('one');
    for (const vendor of server.vendors)
      for (const credential of server.workspaces.default.credentials(vendor))
        expect([credential, tagIn(vendor, credential)]).toEqual([credential, tagOf('one')]);
  });

  test("has its tag behind the prefix of an own vendor's credentials", () => {
    const settings = settingsFor(Type.Object({}), {
      vendor: 'notes',
      generated: { api_key: 'sk_', secret: 'sk_live_' },
      identify: ['api_key', 'secret'],
    });
    const { api_key, secret } = settings.generate(7, 'one');
    const vendor = { settings } as Pick<Vendor, 'settings'>;
    expect([tagIn(vendor, api_key!), tagIn(vendor, secret!)]).toEqual([tagOf('one'), tagOf('one')]);
    expect(settings.generate(7)).toEqual(settings.generate(7, undefined));
  });
});
