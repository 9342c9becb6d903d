import { assertCredentials } from '../client/credentials.js';
import { answered, noGreenroom, problemIn, readJson } from '../client/foreign.js';
import { GreenroomError } from '../errors.js';
import { inWordsOf, placeIn, type PartNames } from './command-words.js';
import type { Flag, FlagValues } from './settings/flags.js';
import { START_FLAGS } from './settings/options.js';
import { warnOfVariables } from './settings/sources.js';

/** The flags of every command that talks to a running greenroom. */
export const REMOTE_FLAGS: readonly Flag[] = [
  { name: 'url', value: 'URL', help: 'where greenroom listens (http://127.0.0.1:4747)' },
  { name: 'workspace', value: 'ID', help: 'which of its workspaces (default)' },
  { name: 'control-token', value: 'TOKEN', help: 'what it was started with, if it listens beyond this machine' },
  { name: 'token', value: 'TOKEN', help: 'the same of a service, or of a workspace there (GREENROOM_TOKEN)' },
];

/** What lets a command in. */
export const tokenOf = (values: FlagValues): string | undefined =>
  firstText(
    values['token'],
    values['control-token'],
    process.env['GREENROOM_TOKEN'],
    process.env['GREENROOM_CONTROL_TOKEN'],
  );

/** The workspace that a command is about, if it is said. */
export const workspaceOf = (values: FlagValues): string | undefined =>
  typeof values['workspace'] === 'string' ? values['workspace'] : firstText(process.env['GREENROOM_WORKSPACE']);

/** A variable that is empty is as good as none. */
const firstText = (...values: readonly FlagValues[string][]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value !== '');

/** Of those that print what it says. */
export const ANSWER_AS_JSON: Flag = { name: 'json', help: 'print the answer of the control plane as it is' };

const DEFAULT_URL = 'http://127.0.0.1:4747';

const withoutSlashes = (url: string): string => url.replace(/(?<!\/)\/+$/, '');

/** Where the greenroom is that a command talks to, or its control plane. Throws USAGE for what is no URL of a server. */
export function serverUrl(values: FlagValues): string {
  const given = typeof values['url'] === 'string' ? values['url'] : undefined;
  const url = given ?? (process.env['GREENROOM_URL'] || DEFAULT_URL);
  if (URL.canParse(url) && /^https?:/i.test(url))
    return withoutSlashes(withoutSlashes(url).replace(/\/_greenroom$/, ''));
  throw new GreenroomError(
    'USAGE',
    `Failed to read ${given === undefined ? 'GREENROOM_URL' : '--url'}: expected an http or https URL, such as ${DEFAULT_URL}, was "${url}".`,
  );
}

/** The flags of commands that were told of their variables: a command makes several calls. */
const warned = new WeakSet<FlagValues>();

/** Says which variable is probably misspelt, as start does: one that names a server and is not read leads to another. */
export function warnOnce(values: FlagValues): void {
  if (warned.has(values)) return;
  warned.add(values);
  warnOfVariables([...REMOTE_FLAGS, ...START_FLAGS], process.env);
}

const JSON_TYPE = 'application/json';
const NO_CONTENT = 204;

interface ControlCall {
  readonly method?: string;
  readonly body?: unknown;
  readonly accept?: string;
  /** What its parts are called on the command line. */
  readonly names?: PartNames;
}

/** Calls the control plane of a running greenroom. Throws USAGE if nobody is there and what it answers if it refuses, and UNREACHABLE if it is no greenroom. */
export async function callControl(values: FlagValues, path: string, call: ControlCall = {}): Promise<string> {
  const response = await openControl(values, path, call);
  const answer = await answered(response.url, response);
  if ((call.accept ?? JSON_TYPE) === JSON_TYPE && response.status !== NO_CONTENT) readJson(answer);
  return answer.text;
}

/** The same for an answer that goes on, or is no JSON. Such a one could be anybody's: whoever is there is asked for JSON first. */
export async function openControl(
  values: FlagValues,
  path: string,
  { method = 'GET', body, accept = JSON_TYPE, names = {} }: ControlCall = {},
): Promise<Response> {
  warnOnce(values);
  const base = serverUrl(values);
  const url = `${base}/_greenroom${path}`;
  const [workspace, token] = [workspaceOf(values), tokenOf(values)];
  assertCredentials(workspace, token);
  if (accept !== JSON_TYPE) await callControl(values, '/health');
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(workspace === undefined ? {} : { 'greenroom-workspace': workspace }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new GreenroomError(
      'USAGE',
      `Failed to reach greenroom: expected a server at ${base}, nobody answers there. Start one with \`npx greenroom\`, or say where it is with --url.`,
    );
  }
  if (response.ok) return response;
  const answer = await answered(url, response);
  const problem = problemIn(answer.text);
  throw problem ? inWordsOf(problem, { placeOf: placeIn(names), base }) : noGreenroom(answer);
}
