import { BatchRequest, type BatchEntry } from '../../../../contracts/cronofy/calendars.js';
import type { Call, Reply } from '../../provider.js';
import { admitted, type Caller } from '../accounts/authorize.js';
import { includesOneOf } from '../accounts/scopes.js';
import { json, refused } from '../errors.js';
import { countCall } from '../limits.js';
import { settingsOf } from '../settings.js';
import { readBody } from '../validate.js';
import { removeEvent, writeEvent } from './handlers.js';

/** Documented. */
const ENTRIES = 50;
const EVENTS = /^\/v1\/calendars\/([^/?]+)\/events$/;

/** Several writes at once, each answered as if it came alone. */
const batch = admitted({ wants: 'access_token' }, (call, caller) => {
  const read = readBody<BatchRequest>(call, BatchRequest);
  if ('refusal' in read) return read.refusal;
  const { body, errors } = read;
  const { batch: entries } = body;
  if (entries.length > ENTRIES) {
    errors.add('batch', 'too_many', `must be at most ${ENTRIES} calls, was ${entries.length}`);
    return errors.reply();
  }
  return json(207, { batch: entries.map((entry, i) => resultOf(serve(call, caller, entry, i))) });
});

/** What stands in the place of an entry: its status, and its body if it has one. */
const resultOf = ({ status, body }: Reply) => ({
  status,
  ...(typeof body === 'string' && body !== '' ? { data: JSON.parse(body) as unknown } : {}),
});

function serve(call: Call, caller: Caller, { method, relative_url, data = {} }: BatchEntry, index: number): Reply {
  const { world } = call;
  // The call itself counts already, for its first entry.
  const full = index > 0 && settingsOf(world).batch_counts === 'entries' ? countCall(world) : undefined;
  if (full) return full;
  const calendar_id = EVENTS.exec(relative_url)?.[1];
  const work = method === 'POST' ? writeEvent : method === 'DELETE' ? removeEvent : undefined;
  if (calendar_id === undefined || !work) return leaveOut(call, `${method} ${relative_url}`);
  const scope = method === 'POST' ? 'create_event' : 'delete_event';
  if (!includesOneOf(caller.scope, [scope])) return refused(403, `the access token has no scope ${scope}`);
  return work({ ...call, params: { calendar_id } }, caller, data);
}

function leaveOut({ world }: Call, what: string): Reply {
  world.noteOnce('batch', `${what} cannot be in a batch here: only writes and deletions of events can.`);
  return refused(404, 'no call that a batch can have');
}

export const batchHandlers = { batch };
