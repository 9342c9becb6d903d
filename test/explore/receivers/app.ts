import { createHmac } from 'node:crypto';
import type { Greenroom } from '../../../src/index.js';

/** What outlives a restart of the app. */
export interface Row {
  readonly id: string;
  readonly url: string;
  joinAt: string;
  agent?: string | undefined;
  status: string;
  notes: string[];
  mails: string[];
  cancelled?: true;
}

export class Disk {
  readonly rows = new Map<string, Row>();
  readonly seen = new Set<string>();
  /** Whatever an app of its own style keeps. */
  readonly kept = new Map<string, unknown>();
}

const disks = new WeakMap<Greenroom, Disk>();

/** The disk of the app of a room: the same after a restart. */
export function diskOf(room: Greenroom): Disk {
  const disk = disks.get(room) ?? new Disk();
  disks.set(room, disk);
  return disk;
}

export const ORIGIN = 'https://notes.test';

/** A message in the app's own words. */
export interface Message {
  readonly key: string;
  readonly agent: string;
  readonly meeting?: string | undefined;
  /** What the message tells, in the words of {@link ORDER}; nothing for one that is of no use. */
  readonly status?: string | undefined;
  readonly line?: { readonly at: number; readonly text: string };
  readonly transcriptUrl?: string | undefined;
  readonly raw: Readonly<Record<string, never>>;
}

/** How far a meeting is. */
export const ORDER = [
  'scheduled',
  'ready',
  'joining',
  'waiting',
  'inside',
  'recording',
  'processing',
  'done',
  'failed',
];
export const FINAL = ['done', 'failed'];

/** What an app needs of its vendor. */
export interface Client {
  readonly signatureHeader: string;
  readonly sign: (text: string) => string | undefined;
  readonly read: (text: string) => Message;
  /** The agent's id, if the vendor says it. */
  readonly schedule: (row: Row) => Promise<string | undefined>;
  /** How the agent is; nothing where the vendor cannot be asked. */
  readonly look?: (row: Row) => Promise<string | undefined>;
  readonly notes: (row: Row, message?: Message) => Promise<string[]>;
  readonly move?: (row: Row) => Promise<unknown>;
  readonly cancel: (row: Row) => Promise<void>;
}

export class Refused extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`the vendor answered ${status}: ${text}`);
    this.status = status;
  }
}

const caller =
  (base: string, authorization: string, fetch: Greenroom['fetch']) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(path.startsWith('http') ? path : base + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 300 && response.status < 400) {
      const moved = await fetch(response.headers.get('location')!);
      return moved.json();
    }
    if (!response.ok) throw new Refused(response.status, text);
    return text === '' ? undefined : JSON.parse(text);
  };

const BOT_STATES: Readonly<Record<string, string>> = {
  scheduled: 'scheduled',
  staged: 'ready',
  joining: 'joining',
  waiting_room: 'waiting',
  joined_not_recording: 'inside',
  joined_recording: 'recording',
  leaving: 'processing',
  post_processing: 'processing',
  ended: 'done',
  fatal_error: 'failed',
};

interface Bot {
  readonly id: string;
  readonly state: string;
}

/** JSON with its keys in order, as Attendee signs it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

export function attendeeClient(
  { attendee, fetch }: Greenroom,
  triggers: readonly string[] = ['bot.state_change'],
): Client {
  const call = caller(attendee.base_url, `Token ${attendee.api_key}`, fetch);
  const key = Buffer.from(attendee.webhook_secret, 'base64');
  return {
    signatureHeader: 'X-Webhook-Signature',
    sign: (text) =>
      createHmac('sha256', key)
        .update(canonical(JSON.parse(text)))
        .digest('base64'),
    read: (text) => {
      const raw = JSON.parse(text);
      const { idempotency_key, bot_id, bot_metadata, data, trigger } = raw;
      const base = { key: idempotency_key, agent: bot_id, meeting: bot_metadata?.meeting, raw };
      if (trigger === 'transcript.update')
        return { ...base, line: { at: data.timestamp_ms, text: data.transcription.transcript } };
      return { ...base, status: trigger === 'bot.state_change' ? BOT_STATES[data.new_state] : undefined };
    },
    schedule: async (row) => {
      const bot = {
        meeting_url: row.url,
        bot_name: 'Notes',
        join_at: row.joinAt,
        deduplication_key: row.id,
        metadata: { meeting: row.id },
        webhooks: [{ url: `${ORIGIN}/hooks`, triggers }],
      };
      try {
        return ((await call('POST', '/api/v1/bots', bot)) as Bot).id;
      } catch (error) {
        // It was asked before, and the answer was lost.
        const found = (await call('GET', `/api/v1/bots?deduplication_key=${encodeURIComponent(row.id)}`)) as {
          readonly results: readonly Bot[];
        };
        if (found.results[0]) return found.results[0].id;
        throw error;
      }
    },
    look: async ({ agent }) => BOT_STATES[((await call('GET', `/api/v1/bots/${agent}`)) as Bot).state],
    notes: async ({ agent }) => {
      const lines = (await call('GET', `/api/v1/bots/${agent}/transcript`)) as readonly {
        readonly transcription: { readonly transcript: string } | null;
      }[];
      return lines.map(({ transcription }) => transcription?.transcript ?? '');
    },
    move: async ({ agent, joinAt }) => void (await call('PATCH', `/api/v1/bots/${agent}`, { join_at: joinAt })),
    cancel: async ({ agent }) => {
      await call('DELETE', `/api/v1/bots/${agent}`).catch((error: unknown) => {
        // It was called off before, and the answer was lost.
        if (!(error instanceof Refused) || error.status !== 404) throw error;
      });
    },
  };
}

const INTERACTIONS: Readonly<Record<string, string>> = {
  meeting_agent_activated: 'ready',
  meeting_agent_complete: 'done',
  meeting_agent_failed: 'failed',
};

export function cronofyClient({ cronofy, fetch }: Greenroom): Client {
  const call = caller(cronofy.base_url, `Bearer ${cronofy.client_secret}`, fetch);
  const schedule = async ({ id, url, joinAt }: Row): Promise<undefined> => {
    const interactions = Object.keys(INTERACTIONS).map((type) => ({ type }));
    await call('POST', '/v1/meeting_agents', {
      scheduling_key: id,
      join_url: url,
      join_time: joinAt,
      on_behalf_of_attendee: { email: 'host@example.com' },
      subscriptions: [{ type: 'webhook', uri: `${ORIGIN}/hooks?meeting=${encodeURIComponent(id)}`, interactions }],
    });
    return undefined;
  };
  return {
    signatureHeader: 'Cronofy-HMAC-SHA256',
    sign: (text) => createHmac('sha256', cronofy.client_secret).update(text).digest('base64'),
    read: (text) => {
      const raw = JSON.parse(text);
      const { type } = raw.notification.interactions[0];
      const { sub, resources = [] } = raw.meeting_agent;
      const transcript = resources.find((one: { category: string }) => one.category === 'transcript');
      return { key: `${type} ${sub}`, agent: sub, status: INTERACTIONS[type], transcriptUrl: transcript?.url, raw };
    },
    schedule,
    notes: async (_, message) => {
      if (message?.transcriptUrl === undefined) return [];
      const { transcript } = (await call('GET', message.transcriptUrl)) as {
        readonly transcript: {
          readonly paragraphs: readonly { readonly sentences: readonly { readonly text: string }[] }[];
        };
      };
      return transcript.paragraphs.flatMap(({ sentences }) => sentences.map((sentence) => sentence.text));
    },
    move: schedule,
    cancel: async ({ id }) => void (await call('DELETE', '/v1/meeting_agents', { scheduling_key: id })),
  };
}
