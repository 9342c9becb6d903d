import { randomBytes } from 'node:crypto';
import { controlSchemas } from '../../../src/contracts/control/schemas.js';
import { GreenroomError } from '../../../src/errors.js';
import { isLoopback } from '../../../src/loopback.js';
import { authorize } from '../../../src/server/control/authorize.js';
import { readBody } from '../../../src/server/control/body.js';
import { problem } from '../../../src/server/control/problem.js';
import type { VendorRequest } from '../../../src/server/providers/provider.js';
import { PROVIDERS } from '../../../src/server/providers/registry.js';
import { tagIn, tagOf } from '../../../src/server/providers/tags.js';
import { MAX_BODY } from '../../../src/server/server.js';
import { gatherSettings } from '../../../src/server/workspace-options.js';
import { DEFAULT_WORKSPACE } from '../../../src/server/workspace.js';
import { interrupted, json, refuse, responseOf } from './answers.js';
import { directoryOf, MEMORY_MAX, QUIET, workspaceOf, type Env } from './env.js';

const CONTROL = '/_greenroom';
const WORKSPACES = `${CONTROL}/workspaces`;
const HEADER = 'greenroom-workspace';
/** So many workspaces are described in one answer, and so many are asked at a time. */
const [DESCRIBED_MAX, AT_A_TIME] = [500, 20];
const SECRET_BYTES = 24;

const READS: readonly string[] = ['GET', 'HEAD'];
/** Methods of one workspace; others are refused by whichever. */
const ONE: readonly string[] = [...READS, 'PATCH', 'DELETE'];

/** Names of the vendors' own that a local client was led here with. */
const isVendorHost = (name: string): boolean =>
  PROVIDERS.some(({ profile }) => profile.hosts.some(({ host }) => host === name));

/** Beginnings of credentials that are no workspace's tag, and never will be: tags are as good as chance. */
const nobodys = new Set<string>();
const NOBODYS_MAX = 10_000;

/** Leads each call to the object of its workspace. */
export async function route(request: Request, env: Env): Promise<Response> {
  const { pathname, hostname } = new URL(request.url);
  const isControl = pathname === CONTROL || pathname.startsWith(`${CONTROL}/`);
  if (!env.GREENROOM_TOKEN && !isLoopback(hostname) && !isVendorHost(hostname))
    return refuse('UNAUTHORIZED', NO_TOKEN, { status: 503 });
  try {
    return await (isControl ? routeControl(request, env) : routeVendor(request, env));
  } catch (error) {
    return error instanceof GreenroomError ? responseOf(problem(error)) : interrupted(isControl, error);
  }
}

async function routeControl(request: Request, env: Env): Promise<Response> {
  const { method } = request;
  const { pathname, searchParams } = new URL(request.url);
  const isOpen = [CONTROL, `${CONTROL}/`].includes(pathname) && READS.includes(method);
  const callers = { controlToken: env.GREENROOM_TOKEN || undefined, publicOrigin: undefined, tenants: undefined };
  authorize(Object.fromEntries(request.headers), callers, isOpen);
  if (pathname === WORKSPACES && method === 'POST') return makeWorkspace(request, env);
  if (pathname === WORKSPACES && READS.includes(method)) return listWorkspaces(request, env);
  const isOne = pathname.startsWith(`${WORKSPACES}/`) && ONE.includes(method);
  const named = isOne ? decoded(pathname.slice(WORKSPACES.length + 1)) : undefined;
  const id = named ?? request.headers.get(HEADER) ?? searchParams.get('workspace') ?? DEFAULT_WORKSPACE;
  const object = id === DEFAULT_WORKSPACE ? id : await directoryOf(env).objectOf(id);
  if (object === undefined) throw unknown(id);
  const bytes = await bodyOf(request);
  const response = await ask(env, object, () => copyOf(request, bytes, id));
  if (!response) throw unknown(id);
  return pathname === `${CONTROL}/health` && response.ok ? healthOfAll(response, env) : response;
}

/**
 * A vendor's call leads to the object that its credential begins with, or to the one that the directory knows; without a
 * credential, or with one that nobody has, to the workspace `default`.
 */
async function routeVendor(request: Request, env: Env): Promise<Response> {
  const bytes = await bodyOf(request);
  const again = (): Request => copyOf(request, bytes);
  const shown = credentialsIn(request, bytes);
  for (const tag of new Set(shown.map(({ tag }) => tag))) {
    if (tag === '' || nobodys.has(tag)) continue;
    const response = await ask(env, tag, again);
    if (response) return response;
    if (nobodys.size >= NOBODYS_MAX) nobodys.clear();
    nobodys.add(tag);
  }
  const found = shown.length > 0 ? await directoryOf(env).find(shown.map(({ key }) => key)) : undefined;
  return (await ask(env, found ?? DEFAULT_WORKSPACE, again))!;
}

interface Shown {
  /** With its vendor, as the directory knows it. */
  readonly key: string;
  /** With which it begins, if a workspace made it. */
  readonly tag: string;
}

/** What a call shows, for the vendor whose path it is first: some paths are served for another. */
function credentialsIn({ method, url, headers }: Request, bytes: ArrayBuffer | undefined): Shown[] {
  const { pathname: path, search, origin } = new URL(url);
  const call: VendorRequest = {
    method,
    path,
    query: search.slice(1),
    headers: Object.fromEntries(headers),
    body: bytes ? Buffer.from(bytes).toString() : '',
    origin,
  };
  return PROVIDERS.toSorted((a, b) => Number(b.owns(path)) - Number(a.owns(path))).flatMap((vendor) => {
    const credential = vendor.credentialOf(call);
    return credential === undefined ? [] : { key: `${vendor.name} ${credential}`, tag: tagIn(vendor, credential) };
  });
}

/** Has an object serve a call. One that only reads is made again if the object goes away meanwhile. */
async function ask(env: Env, object: string, call: () => Request): Promise<Response | undefined> {
  const request = call();
  const serve = (request: Request): Promise<Response | undefined> =>
    workspaceOf(env, object).serve(request, object === DEFAULT_WORKSPACE);
  if (!READS.includes(request.method)) return serve(request);
  try {
    return await serve(request);
  } catch {
    return serve(call());
  }
}

async function makeWorkspace(request: Request, env: Env): Promise<Response> {
  const { CreateWorkspaceBody } = controlSchemas(PROVIDERS.map(({ profile }) => profile));
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY)
    throw new GreenroomError('PAYLOAD_TOO_LARGE', `Failed to read the body: it is larger than ${MAX_BODY} bytes.`);
  const { memory = MEMORY_MAX, quiet = QUIET, ...given } = readBody(Buffer.from(bytes).toString(), CreateWorkspaceBody);
  if (memory > MEMORY_MAX) throw tooMuchMemory(memory);
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const options = { ...gatherSettings(PROVIDERS, given), memory, quiet, secret };
  const object = tagOf(secret);
  const place = await directoryOf(env).reserve(object, given.id);
  if (!place) throw new GreenroomError('CONFLICT', `Failed to keep workspaces apart: the id "${given.id}" is taken.`);
  return workspaceOf(env, object).make({ ...place, options, origin: new URL(request.url).origin });
}

async function listWorkspaces(request: Request, env: Env): Promise<Response> {
  const { workspaces, count } = await directoryOf(env).list(DESCRIBED_MAX);
  const described: unknown[] = [];
  for (let start = 0; start < workspaces.length; start += AT_A_TIME) {
    const some = workspaces.slice(start, start + AT_A_TIME).map(async ({ id, object }) => {
      const url = new URL(`${WORKSPACES}/${id}`, request.url);
      const { headers } = request;
      const response = await ask(env, object, () => copyOf({ method: 'GET', url: url.href, headers }, undefined, id));
      // It may have been deleted meanwhile.
      return response?.ok ? [await response.json()] : [];
    });
    described.push(...(await Promise.all(some)).flat());
  }
  const hint = `The first ${described.length} of ${count} workspaces. GET ${WORKSPACES}/ID tells of any one.`;
  return json({ workspaces: described }, 200, count > workspaces.length ? { 'Greenroom-Hint': hint } : {});
}

/** An object knows no workspace but its own. */
async function healthOfAll(response: Response, env: Env): Promise<Response> {
  const { count } = await directoryOf(env).list(0);
  return json({ ...((await response.json()) as object), workspaces: count });
}

/** The runtime refuses a GET with a body, which some clients send. */
const bodyOf = async (request: Request): Promise<ArrayBuffer | undefined> =>
  READS.includes(request.method) ? undefined : request.arrayBuffer();

/** The same call once more; `workspace` is the one that is meant. */
function copyOf(
  { method, url, headers }: Pick<Request, 'method' | 'url' | 'headers'>,
  body: ArrayBuffer | undefined,
  workspace?: string,
): Request {
  const copied = new Headers(headers);
  if (workspace !== undefined) copied.set(HEADER, workspace);
  return new Request(url, { method, headers: copied, ...(body && body.byteLength > 0 ? { body } : {}) });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const NO_TOKEN =
  'Failed to serve this call: without a token this Worker serves nobody but this machine. Set one with: npx wrangler secret put GREENROOM_TOKEN';

const unknown = (id: string): GreenroomError =>
  new GreenroomError(
    'UNKNOWN_WORKSPACE',
    `Failed to find the workspace "${id}": there is none. GET ${WORKSPACES} lists them.`,
    { workspace: id },
  );

const tooMuchMemory = (was: number): GreenroomError =>
  new GreenroomError(
    'INVALID_BODY',
    `Failed to read the body: at /memory, expected at most ${MEMORY_MAX}, was ${was}. An object has 128 MB for everything.`,
    { pointer: '/memory', expected: `at most ${MEMORY_MAX}`, was },
  );
