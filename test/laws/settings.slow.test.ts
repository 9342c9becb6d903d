import type { TSchema } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { AttendeeSettings } from '../../src/contracts/attendee/settings.js';
import { CronofySettings } from '../../src/contracts/cronofy/settings.js';
import { createGreenroom, type Greenroom, type GreenroomError } from '../../src/index.js';

/** Every setting of both vendors, with odd values of its type: each is refused at its place, or works in the calls that use it. */

const SCHEMAS = { cronofy: CronofySettings, attendee: AttendeeSettings } as const;
type VendorName = keyof typeof SCHEMAS;

const TEXTS = ['', ' ', 'x', 'Zoë ✓', 'a\nb', '\u0000', 'a/b?c#d&e=%', '{}', 'Mars/Olympus', 'x'.repeat(5000)];
const NUMBERS = [0, 1, -1, 0.5, 1e-9, 2 ** 31, 2 ** 53, 1e300];
const DURATIONS = ['0', 0, '1us', '0.4us', 0.0001, '1s', '1d', 'P1D', '285y', '104000d', 9e12, 'soon', ''];
const isDuration = ({ anyOf, expected }: TSchema) =>
  Array.isArray(anyOf) && String(expected).startsWith('a duration such as');

/** Odd values of a schema. */
function oddOf(schema: TSchema): readonly unknown[] {
  const { anyOf, type, items, properties } = schema as Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- schemas of every kind
  if (schema['const'] !== undefined) return [schema['const']];
  if (isDuration(schema)) return DURATIONS;
  if (anyOf) return (anyOf as TSchema[]).flatMap(oddOf);
  if (type === 'boolean') return [true, false];
  if (type === 'string') return TEXTS;
  if (type === 'number' || type === 'integer') return NUMBERS;
  if (type === 'null') return [null];
  if (type === 'array') {
    const odd = oddOf(items as TSchema);
    return [[], ...odd.map((one) => [one]), [odd[0], odd[0]]];
  }
  if (type === 'object') {
    if (properties === undefined) return [{}, { x: 'on' }, { Zoë: 0 }];
    const fields = Object.entries(properties as Record<string, TSchema>);
    const all = fields.map(([name, field]) => [name, oddOf(field)] as const);
    return [
      {},
      ...all.flatMap(([name, odd]) =>
        odd.map((one) => ({ ...Object.fromEntries(all.map(([other, [first]]) => [other, first])), [name]: one })),
      ),
    ];
  }
  throw new Error(`No odd values of ${JSON.stringify(schema)}`);
}

const APP = 'https://app.example/hooks';
const HOURS = { start: '2026-01-01T10:00:00Z', end: '2026-01-01T11:00:00Z' };
const INTERACTIONS = ['meeting_agent_activated', 'meeting_agent_complete', 'meeting_agent_failed'].map((type) => ({
  type,
}));

/** A call: method, path, body. */
type Call = readonly [method: string, path: string, body?: object];

const CALLS: Readonly<Record<VendorName, (room: Greenroom) => readonly Call[]>> = {
  cronofy: ({ cronofy: { calendar_id, client_id, client_secret } }) => {
    const events = `/v1/calendars/${encodeURIComponent(calendar_id)}/events`;
    const query = {
      participants: [{ members: [{ sub: 'acc_5ba21743f408617d1269ea1e' }], required: 'all' }],
      required_duration: { minutes: 60 },
      query_periods: [{ start: '2026-01-01T12:00:00Z', end: '2026-01-01T18:00:00Z' }],
    };
    return [
      ['GET', '/v1/userinfo'],
      ['GET', '/v1/account'],
      ['GET', '/v1/calendars'],
      ['POST', '/v1/channels', { callback_url: APP }],
      [
        'POST',
        events,
        {
          event_id: 'one',
          summary: 'One',
          ...HOURS,
          tzid: 'Etc/UTC',
          conferencing: { profile_id: 'default' },
          meeting_agent: { profile_id: 'cronofy' },
          subscriptions: [{ type: 'webhook', uri: APP, interactions: INTERACTIONS }],
        },
      ],
      [
        'POST',
        events,
        { event_id: 'two', summary: 'Two', ...HOURS, tzid: 'Etc/UTC', conferencing: { profile_id: 'integrated' } },
      ],
      [
        'POST',
        '/v1/meeting_agents',
        {
          join_url: 'https://meet.google.com/abc-defg-hij',
          on_behalf_of_attendee: { email: 'host@example.com' },
          subscriptions: [{ type: 'webhook', uri: APP, interactions: INTERACTIONS }],
        },
      ],
      ['GET', '/v1/events?tzid=Etc/UTC'],
      ['GET', '/v1/free_busy?tzid=Etc/UTC'],
      ['POST', '/v1/availability', query],
      ['POST', '/v1/availability', { ...query, response_format: 'overlapping_slots' }],
      [
        'POST',
        '/oauth/token',
        { client_id, client_secret, grant_type: 'authorization_code', code: 'x', redirect_uri: APP },
      ],
      ['POST', '/v1/application_calendars', { client_id, client_secret, application_calendar_id: 'mine' }],
      [
        'GET',
        `/oauth/authorize?response_type=code&client_id=${encodeURIComponent(client_id)}&redirect_uri=${encodeURIComponent(APP)}&scope=read_events`,
      ],
    ];
  },
  attendee: () => [
    [
      'POST',
      '/api/v1/bots',
      {
        meeting_url: 'https://meet.google.com/abc-defg-hij',
        bot_name: 'Notes',
        webhooks: [{ url: APP, triggers: ['bot.state_change'] }],
      },
    ],
    [
      'POST',
      '/api/v1/bots',
      { meeting_url: 'https://zoom.us/j/123456789', bot_name: 'Notes', join_at: '2026-01-01T09:30:00Z' },
    ],
    ['GET', '/api/v1/bots'],
    ['POST', '/api/v1/calendars', { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' }],
    ['GET', '/api/v1/calendars'],
    ['GET', '/api/v1/calendar_events'],
  ],
};

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 60);

/** What is wrong with a setting that was taken; `undefined` if it was refused at its place, or works. */
async function faultOf(vendor: VendorName, name: string, value: unknown): Promise<string | undefined> {
  let room: Greenroom;
  try {
    room = await createGreenroom({ [vendor]: { [name]: value } });
  } catch (error) {
    const { code, message } = error as GreenroomError;
    return ['INVALID_BODY', 'USAGE'].includes(code) && message.includes(`/${vendor}/${name}`)
      ? undefined
      : `thrown: ${String(error)}`;
  }
  try {
    const token = vendor === 'cronofy' ? `Bearer ${room.cronofy.access_token}` : `Token ${room.attendee.api_key}`;
    // What no header can hold is a credential that nobody sends.
    if (!/^[\x20-\x7e]+$/.test(token)) return undefined;
    const headers = { authorization: token, 'content-type': 'application/json' };
    for (let round = 0; round < 2; round++) {
      for (const [method, path, body] of CALLS[vendor](room)) {
        const response = await room.fetch(
          new Request(`http://localhost${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
        );
        const text = await response.text();
        if (response.status >= 500) return `${method} ${path}: ${response.status} ${text.slice(0, 150)}`;
      }
      await room.clock.advance({ by: '2h' });
    }
    const odd = (await room.timeline()).entries.filter(({ kind }) => kind === 'violation');
    return odd.length === 0 ? undefined : `a violation: ${JSON.stringify(odd[0]).slice(0, 300)}`;
  } catch (error) {
    return `failed: ${String(error).slice(0, 300)}`;
  } finally {
    await room.close();
  }
}

describe.each(['cronofy', 'attendee'] as const)(
  'A setting of %s with an odd value is refused at its place, or works',
  (vendor) => {
    test.each(Object.keys(SCHEMAS[vendor].properties))('%s', async (name) => {
      const faults: string[] = [];
      for (const value of oddOf((SCHEMAS[vendor].properties as Record<string, TSchema>)[name]!)) {
        const fault = await faultOf(vendor, name, value);
        if (fault !== undefined) faults.push(`${shown(value)}: ${fault}`);
      }
      expect(faults).toEqual([]);
    });
  },
);
