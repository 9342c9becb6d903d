// A user's program with a vendor of its own: the compiler must know the vendor's words, and is never run.
import { Type } from '@sinclair/typebox';
import { startGreenroom, type Greenroom } from 'greenroom';
import { commonSettings, credential, defineContract, standardWebhooks, type ProfileDraft } from 'greenroom/vendor';
import type { GreenroomMatchers } from 'greenroom/vitest';

const evidence = { basis: 'documented', source: 'the manual of the scribe' } as const;
const Scribe = Type.Object({ id: Type.String(), status: Type.String() });

const contract = defineContract({
  provider: 'scribe',
  title: 'Scribe API',
  version: '1',
  servers: ['https://api.scribe.example'],
  operations: [
    {
      id: 'createScribe',
      method: 'POST',
      path: '/scribe/v1/scribes',
      summary: 'Send a scribe to a meeting',
      auth: 'api_key',
      responses: { 201: { description: 'It is on its way', body: Scribe, evidence } },
      evidence: [evidence],
    },
  ],
  webhooks: [
    {
      type: 'scribe.updated',
      summary: 'A scribe has another status',
      body: Type.Object({ type: Type.Literal('scribe.updated'), data: Scribe }),
      states: ['done'],
      evidence: [evidence],
    },
  ],
  lifecycle: { states: ['scheduled', 'done'], events: { finished: { from: ['scheduled'], to: 'done' } }, subTypes: {} },
  signature: { header: 'webhook-signature', summary: 'Standard Webhooks, version 1', evidence },
  shapes: {},
});

const signing = standardWebhooks({ userAgent: 'scribe/1', timeout: '10s', retryDelays: ['5s'] });

export const profile = {
  name: 'scribe',
  title: 'Scribe',
  agent: 'scribe',
  contract,
  signing,
  settings: Type.Object({
    api_key: credential(Type.String(), 'The key of the account'),
    webhook_secret: credential(Type.String(), 'The secret of its webhooks'),
    ...commonSettings(signing),
    per_minute: Type.Optional(Type.Number()),
  }),
  credentials: { api_key: 'scr_', webhook_secret: 'whsec_' },
  unknownId: 'scr_000000000000',
  subjectKeys: ['reference'],
  sample: {
    agent: (_wish, { api_key }) => ({ method: 'POST', path: '/scribe/v1/scribes', authorization: `Bearer ${api_key}` }),
  },
} as const satisfies ProfileDraft;

declare module 'greenroom' {
  interface OwnVendors {
    scribe: typeof profile;
  }
}

export async function wholeLife(matchers: GreenroomMatchers): Promise<string[]> {
  await using room: Greenroom = await startGreenroom({ scribe: { per_minute: 3 } });
  await using other = await room.workspace({ scribe: { per_minute: 3 } });
  await other.clock.until({ subject: { reference: 'weekly' }, state: 'done' });
  await room.clock.until({ webhook: { type: 'scribe.updated', state: 'done' } });
  await room.faults.add({ on: 'delivery', match: { provider: 'scribe', type: 'scribe.updated' }, do: { drop: true } });
  await room.faults.add({ on: 'request', match: { operation: 'createScribe' }, do: { status: 503 } });
  await room.requests.list({ operation: 'createScribe' });
  await matchers.toHaveReached('done');
  await matchers.toHaveDelivered({ type: 'scribe.updated', state: 'done' });
  const { deliveries } = await room.deliveries.list({ type: 'scribe.updated', provider: 'scribe' });
  return [room.scribe.api_key, room.scribe.base_url, ...deliveries.map(({ body }) => body.data.status)];
}

// What makes no sense must not compile, of the vendor's own words and of all others.
export function mistakes(room: Greenroom): unknown[] {
  return [
    // @ts-expect-error -- no such state
    room.clock.until({ subject: 'scr_1', state: 'doen' }),
    // @ts-expect-error -- no such operation
    room.requests.list({ operation: 'makeScribe' }),
    // @ts-expect-error -- no such vendor
    room.deliveries.list({ provider: 'scrbe' }),
    // @ts-expect-error -- no such setting
    room.workspace({ scribe: { per_minute: 'three' } }),
    // @ts-expect-error -- no such credential
    room.scribe.api_token,
  ];
}
