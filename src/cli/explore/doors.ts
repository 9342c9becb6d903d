import { parseWithin } from '../../contracts/json/depth.js';
import { parseJsonFile } from '../../contracts/json/file.js';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { GreenroomError, reasonOf } from '../../errors.js';
import type { Acts, Meeting } from '../../explore/options.js';
import type { LivingApp } from '../../explore/playing/living-stage.js';
import { readText } from '../../read-text.js';

const shell = (command: string, env: Readonly<Record<string, string>>): Promise<{ stdout: string }> =>
  promisify(execFile)('/bin/sh', ['-c', command], { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });

type ReadState = (app: LivingApp, id: string, meeting: Meeting) => Promise<unknown>;

/** How the state is asked for: a URL with {id}, or a command. `onAsk` hears of each URL. */
export function stateDoor(
  url: string | undefined,
  command: string | undefined,
  { base, onAsk }: { readonly base: string; readonly onAsk: (place: string) => void },
): ReadState | undefined {
  if (url !== undefined && command !== undefined)
    throw new GreenroomError('USAGE', 'Failed to read the flags: expected --state or --state-cmd, was both.');
  const fill = (text: string, id: string, meeting: Meeting): string =>
    text.replaceAll('{id}', encodeURIComponent(id)).replaceAll('{meeting_url}', encodeURIComponent(meeting.url));
  if (url !== undefined && !/\{(id|meeting_url)\}/.test(url))
    throw new GreenroomError(
      'USAGE',
      `Failed to read --state: expected {id} or {meeting_url} in the URL, for each meeting has a state of its own, was ${url}.`,
    );
  if (url !== undefined)
    return saying(`GET ${url}`, async (app: LivingApp, id: string, meeting: Meeting) => {
      // What the app has given no id is nothing that it could be asked for.
      if (id === '' && !url.includes('{meeting_url}')) return null;
      const said = fill(url, id, meeting);
      const place = placeAt(said, base, app);
      onAsk(place);
      return readUrl(place, said);
    });
  if (command === undefined) return undefined;
  return saying(command, async ({ env }: LivingApp, id: string, meeting: Meeting) => {
    const own = { ...env, GREENROOM_ID: id, GREENROOM_MEETING_URL: meeting.url };
    return parse((await shell(command.replaceAll('{id}', quoted(id)), own)).stdout, `the command ${command}`);
  });
}

/** A door with what it calls, for whoever waits there in vain. */
const saying = <F extends object>(said: string, door: F): F => Object.assign(door, { said });

/** A place at the app as it was given, at this app: each of several has a port of its own. */
function placeAt(url: string, base: string, app: LivingApp): string {
  const place = new URL(url, app.url);
  const own = new URL(app.url);
  if (place.origin === new URL(base).origin) place.host = own.host;
  return place.href;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Servers close what they keep open after a while, and when they stop: a call over such a connection would be lost now and then. */
const ALONE = { connection: 'close' };

/** `said` stands for the place in what is told: an app of several has another port in each run. */
async function readUrl(place: string, said: string): Promise<unknown> {
  const response = await fetch(place, { headers: ALONE }).catch(nobodyAt(said));
  const text = await readText(response);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${said} answered ${response.status}`);
  return parse(text, said);
}

const nobodyAt =
  (said: string) =>
  (error: Error): never => {
    const { cause = error } = error as { readonly cause?: Error };
    throw new Error(`nobody answers at ${said}: ${cause.message}`);
  };

/** What compares two states goes down as far as they do. */
const LEVELS = 200;

function parse(text: string, from: string): unknown {
  try {
    return parseWithin(LEVELS, text);
  } catch {
    throw new Error(`expected JSON of ${from}, was ${JSON.stringify(text.slice(0, 80))}`);
  }
}

interface Call {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the app's user does: a command, or a file with one request or three. */
export function actDoor(given: string | undefined, base: string): Acts<LivingApp> | undefined {
  if (given === undefined) return undefined;
  if (!existsSync(given) && given.endsWith('.json') && !/\s/.test(given))
    throw new GreenroomError('USAGE', `Failed to read --act ${given}: there is no such file.`);
  if (!existsSync(given))
    return { schedule: saying(given, ({ env }: LivingApp, meeting: Meeting) => runAct(given, env, meeting)) };
  const file = readAct(given);
  const acts = 'schedule' in file ? file : { schedule: file };
  const doCall = (call: Call) =>
    saying(
      `${call.method ?? 'POST'} ${call.url}`,
      (app: LivingApp, ...rest: readonly [Meeting] | readonly [string, Meeting]) => {
        const [id, meeting] = rest.length === 1 ? ['', rest[0]] : rest;
        return send(call, (url) => placeAt(url, base, app), {
          meeting_url: meeting.url,
          join_at: meeting.joinAt,
          event: meeting.event ?? '',
          id,
        });
      },
    );
  return {
    schedule: doCall(acts.schedule),
    ...(acts.reschedule ? { reschedule: doCall(acts.reschedule) } : {}),
    ...(acts.cancel ? { cancel: doCall(acts.cancel) } : {}),
  };
}

type ActFile = { readonly schedule: Call; readonly reschedule?: Call; readonly cancel?: Call };

function readAct(path: string): Call | ActFile {
  const refuse = (was: string): GreenroomError =>
    new GreenroomError(
      'USAGE',
      `Failed to read --act ${path}: expected {"method", "url", "headers", "body"} or {"schedule", "reschedule", "cancel"} of such requests, was ${was}.`,
    );
  let value: unknown;
  try {
    value = parseJsonFile(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse(statSync(path).isDirectory() ? 'a folder' : reasonOf(error));
  }
  if (typeof value !== 'object' || value === null) throw refuse(JSON.stringify(value));
  const calls = 'schedule' in value ? Object.entries(value) : [['', value] as const];
  const [stray] = calls.find(([name]) => !['', 'schedule', 'reschedule', 'cancel'].includes(name)) ?? [];
  if (stray !== undefined) throw refuse(`"${stray}"`);
  const lacking = calls.find(([, call]) => typeof (call as Partial<Call> | null)?.url !== 'string');
  if (lacking) throw refuse(`${lacking[0] === '' ? 'a request' : `"${lacking[0]}"`} without a url`);
  return value as Call | ActFile;
}

type Values = Readonly<Record<string, string>>;

const filled = (text: string, values: Values): string =>
  text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);

function filledIn(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return filled(value, values);
  if (Array.isArray(value)) return value.map((item) => filledIn(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filledIn(inner, values)]));
}

async function send(
  { method = 'POST', url, headers = {}, body }: Call,
  placed: (url: string) => string,
  values: Values,
): Promise<unknown> {
  const text =
    body === undefined
      ? undefined
      : typeof body === 'string'
        ? filled(body, values)
        : JSON.stringify(filledIn(body, values));
  const response = await fetch(placed(filled(url, values)), {
    method,
    headers: {
      ...ALONE,
      ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
      ...(filledIn(headers, values) as Values),
    },
    ...(text === undefined ? {} : { body: text }),
  }).catch(nobodyAt(url));
  const answer = await readText(response);
  if (!response.ok) {
    const error = new Error(`${method} ${url} was answered ${response.status}: ${answer.slice(0, 200)}`);
    throw Object.assign(error, { status: response.status });
  }
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}

async function runAct(command: string, env: Readonly<Record<string, string>>, meeting: Meeting): Promise<unknown> {
  const own = {
    ...env,
    GREENROOM_MEETING_URL: meeting.url,
    GREENROOM_JOIN_AT: meeting.joinAt,
    GREENROOM_EVENT: meeting.event ?? '',
  };
  const { stdout } = await shell(command, own);
  const text = stdout.trim();
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text.split('\n').at(-1);
  }
}
