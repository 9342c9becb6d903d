/// <reference lib="esnext.disposable" preserve="true" />
import type { FetchReceiver } from './server/engine/courier.js';
import { createRoom, listen, type Room, type RoomOptions } from './server/server.js';
import type { WorkspaceOptions } from './server/workspace.js';

export { GreenroomError, type ErrorCode } from './errors.js';
import { GreenroomError, type ErrorCode } from './errors.js';
export type { FetchReceiver } from './server/engine/courier.js';
export type { WorkspaceOptions } from './server/workspace.js';

export interface GreenroomOptions extends Omit<WorkspaceOptions, 'id'> {
  /** Receivers in this process, by origin: their webhooks need no port. */
  readonly receivers?: Readonly<Record<string, FetchReceiver>>;
  readonly allowHosts?: readonly string[];
  readonly forwardTo?: string;
  /** A folder with scenario files of your own. */
  readonly scenarios?: string;
  readonly publicUrl?: string;
}

export interface ListenOptions extends GreenroomOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly host?: string;
}

export interface CronofyAccess {
  readonly base_url: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly access_token: string;
  readonly calendar_id: string;
}

export interface AttendeeAccess {
  readonly base_url: string;
  readonly api_key: string;
  readonly webhook_secret: string;
}

export interface Advanced {
  readonly from: string;
  readonly to: string;
  readonly ran: readonly { readonly at: string; readonly label: string; readonly subject: string | null }[];
  readonly ran_total: number;
  readonly deliveries: readonly string[];
  readonly pending: number;
}

export type SubjectReference =
  string | { readonly scheduling_key: string } | { readonly event_id: string } | { readonly deduplication_key: string };

export interface DeliveryMatch {
  readonly provider?: 'cronofy' | 'attendee';
  readonly type?: string;
  readonly subject?: SubjectReference;
  readonly state?: string;
  readonly sub_type?: string;
  readonly url?: string;
  readonly status?: string;
}

export interface DeliveryRecord {
  readonly id: string;
  readonly seq: number;
  readonly provider: 'cronofy' | 'attendee';
  readonly type: string;
  readonly subject: string;
  readonly state?: string;
  readonly sub_type?: string;
  readonly url: string;
  readonly created_at: string;
  readonly status: 'pending' | 'delivered' | 'failed' | 'captured' | 'dropped';
  readonly attempts: readonly {
    readonly seq: number;
    readonly at: string;
    readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
    readonly outcome: string;
    readonly status?: number;
  }[];
}

export type Until =
  | 'idle'
  | { readonly subject: SubjectReference; readonly state: string }
  | { readonly webhook: Omit<DeliveryMatch, 'status'> };

/** A greenroom: the operations of the control plane, with the same names and shapes. */
export interface Greenroom {
  /** The base URL of both vendors. */
  readonly url: string;
  readonly cronofy: CronofyAccess;
  readonly attendee: AttendeeAccess;
  readonly clock: {
    readonly now: () => Promise<string>;
    readonly advance: (how: { readonly by: string | number } | { readonly to: string }) => Promise<Advanced>;
    readonly next: () => Promise<Advanced>;
    readonly until: (
      what: Until,
      limits?: { readonly within?: string | number; readonly job_limit?: number },
    ) => Promise<Advanced>;
    readonly pending: () => Promise<
      readonly { readonly id: number; readonly due: string; readonly label: string; readonly subject: string | null }[]
    >;
  };
  /** What happened, one line each, in virtual time. */
  readonly timeline: () => Promise<string>;
  readonly deliveries: {
    readonly list: (match?: DeliveryMatch) => Promise<readonly DeliveryRecord[]>;
    readonly wait: (
      match: DeliveryMatch,
      options?: { readonly count?: number; readonly timeout_ms?: number },
    ) => Promise<readonly DeliveryRecord[]>;
  };
  readonly backstage: (action: { readonly kind: string; readonly [argument: string]: unknown }) => Promise<void>;
  readonly reset: () => Promise<void>;
  /** Calls greenroom in this process, without a socket. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Starts a greenroom on a port of this machine. */
export async function startGreenroom({
  port = 0,
  host = '127.0.0.1',
  ...options
}: ListenOptions = {}): Promise<Greenroom> {
  const room = await listen({ ...roomOptions(options), port, host });
  return handle(room, room.url, () => room.stop());
}

/** Makes a greenroom without a socket: call it with `room.fetch(request)`. */
export async function createGreenroom(options: GreenroomOptions = {}): Promise<Greenroom> {
  const room = createRoom(roomOptions(options));
  return handle(room, 'http://greenroom.localhost', () => Promise.resolve(room.close()));
}

function roomOptions({
  receivers,
  allowHosts,
  forwardTo,
  scenarios,
  publicUrl,
  ...workspace
}: GreenroomOptions): RoomOptions {
  return {
    workspace,
    scenarios,
    publicUrl,
    forwardTo,
    ...(receivers === undefined ? {} : { receivers }),
    ...(allowHosts === undefined ? {} : { allowHosts }),
  };
}

async function handle(room: Room, url: string, close: () => Promise<void>): Promise<Greenroom> {
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await room.app.fetch(
      new Request(`${url}/_greenroom${path}`, {
        method,
        headers: { host: 'localhost' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    if (response.ok) return response;
    const { detail, code, ...details } = (await response.json()) as { detail: string; code: ErrorCode };
    throw new GreenroomError(code, detail, details);
  };
  const read = async <T>(path: string): Promise<T> => (await (await call('GET', path)).json()) as T;
  const post = async <T>(path: string, body: unknown): Promise<T> =>
    (await (await call('POST', path, body)).json()) as T;

  const { cronofy, attendee } = room.workspaces.default.describe(url) as {
    cronofy: CronofyAccess;
    attendee: AttendeeAccess;
  };
  const stop = async (): Promise<void> => close();
  return {
    url,
    cronofy,
    attendee,
    clock: {
      now: async () => (await read<{ now: string }>('/clock')).now,
      advance: (how) => post('/clock/advance', how),
      next: () => post('/clock/advance', { next: true }),
      until: (until, limits = {}) => post('/clock/advance', { until, ...limits }),
      pending: async () => (await read<{ pending: [] }>('/clock')).pending,
    },
    timeline: async () =>
      (
        await room.app.fetch(
          new Request(`${url}/_greenroom/timeline`, { headers: { host: 'localhost', accept: 'text/plain' } }),
        )
      ).text(),
    deliveries: {
      list: async ({ subject, ...match } = {}) => {
        const query = new URLSearchParams(match);
        if (subject !== undefined)
          query.set('subject', typeof subject === 'string' ? subject : Object.entries(subject)[0]!.join(':'));
        return (await read<{ deliveries: DeliveryRecord[] }>(`/deliveries?${query.toString()}`)).deliveries;
      },
      wait: async (match, options = {}) =>
        (await post<{ deliveries: DeliveryRecord[] }>('/deliveries/wait', { match, ...options })).deliveries,
    },
    backstage: async (action) => {
      await post('/backstage', action);
    },
    reset: async () => {
      await call('POST', '/reset');
    },
    fetch: async (request) => room.app.fetch(request),
    close: stop,
    [Symbol.asyncDispose]: stop,
  };
}
