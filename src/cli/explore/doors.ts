import { parseWithin } from '../../contracts/json/depth.js';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { GreenroomError } from '../../errors.js';
import type { Acts, Meeting } from '../../explore/options.js';
import type { LivingApp } from '../../explore/playing/living-stage.js';
import { readText } from '../../read-text.js';
import { filled, filledIn, readAct, type Call, type Values } from './act-file.js';

const shell = (command: string, env: Readonly<Record<string, string>>): Promise<{ stdout: string }> =>
  promisify(execFile)('/bin/sh', ['-c', command], { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });

type ReadState = (app: LivingApp, id: string, meeting: Meeting) => Promise<unknown>;

/** In the braces of --state, or in those of --act, which are easily taken for them. */
const WORD = /\{?\{(id|meeting_url)\}\}?/g;

/** How the state is asked for: a URL with {id}, or a command. `onAsk` hears of each URL. */
export function stateDoor(
  url: string | undefined,
  command: string | undefined,
  { base, onAsk }: { readonly base: string; readonly onAsk: (place: string) => void },
): ReadState | undefined {
  if (url !== undefined && command !== undefined)
    throw new GreenroomError('USAGE', 'Failed to read the flags: expected --state or --state-cmd, was both.');
  const fill = (text: string, id: string, meeting: Meeting): string =>
    text.replace(WORD, (_, name) => encodeURIComponent(name === 'id' ? id : meeting.url));
  if (url !== undefined && url.search(WORD) < 0)
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
    return parse((await shell(command.replaceAll(/\{?\{id\}\}?/g, quoted(id)), own)).stdout, `the command ${command}`);
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

/** What the app's user does: a command, or a file with one request or three. */
export function actDoor(given: string | undefined, base: string): Acts<LivingApp> | undefined {
  if (given === undefined) return undefined;
  if (!existsSync(given) && given.endsWith('.json') && !/\s/.test(given))
    throw new GreenroomError('USAGE', `Failed to read --act ${given}: there is no such file.`);
  if (!existsSync(given))
    return { schedule: saying(given, ({ env }: LivingApp, meeting: Meeting) => runAct(given, env, meeting)) };
  const acts = readAct(given);
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
