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
import { opensNothing, tokenIn } from '../../../src/server/shared/bearer.js';
import { SELF } from '../../../src/server/shared/names.js';
import { gatherSettings } from '../../../src/server/workspaces/options.js';
import { conflict, ownsNone, unknownWorkspace } from '../../../src/server/workspaces/errors.js';
import { DEFAULT_WORKSPACE } from '../../../src/server/workspaces/workspace.js';
import { interrupted, json, responseOf } from './answers.js';
import { directoryOf, MEMORY_MAX, QUIET, workspaceOf, type Env } from './env.js';
import { serverTokenOf } from './sharing.js';

const CONTROL = '/_greenroom';
const WORKSPACES = `${CONTROL}/workspaces`;
const HEADER = 'greenroom-workspace';
/** So many workspaces are described in one answer, and so many are asked at a time. */
const [DESCRIBED_MAX, AT_A_TIME] = [500, 20];
const SECRET_BYTES = 24;
const UNAVAILABLE = 503;

const READS: readonly string[] = ['GET', 'HEAD'];
/** A path that names a workspace, or the token of one. */
const NAMED = /^\/_greenroom\/workspaces\/([^/]+)(\/token)?$/;
/** Methods of one workspace. */
const ONE: readonly string[] = [...READS, 'PATCH', 'DELETE'];

/** Names of the vendors' own that a local client was led here with. */
const isVendorHost = (name: string): boolean =>
  PROVIDERS.some(({ profile }) => profile.hosts.some(({ host }) => host === name));

/** Beginnings of credentials that are no workspace's tag, and never will be: tags are as good as chance. */
const nobodys = new Set<string>();
/** Objects of workspaces, by their ids, as the directory said. */
const objects = new Map<string, string>();
const KNOWN_MAX = 10_000;

/** Leads each call to the object of its workspace. */
export async function route(request: Request, env: Env): Promise<Response> {
  const { pathname, hostname } = new URL(request.url);
  const isControl = pathname === CONTROL || pathname.startsWith(`${CONTROL}/`);
  const fault = unsafe(env, hostname);
  if (fault) return responseOf({ ...problem(fault), status: UNAVAILABLE });
  try {
    return await (isControl ? routeControl(request, env) : routeVendor(request, env));
  } catch (error) {
    return error instanceof GreenroomError ? responseOf(problem(error)) : interrupted(isControl, error);
  }
}

/** Why nobody is served where anybody could be anybody: without a token, only this machine is. */
function unsafe(env: Env, hostname: string): GreenroomError | undefined {
  const details = { status: UNAVAILABLE };
  try {
    const isServed = serverTokenOf(env) !== undefined || isLoopback(hostname) || isVendorHost(hostname);
    return isServed ? undefined : new GreenroomError('USAGE', NO_TOKEN, details);
  } catch (error) {
    return new GreenroomError('USAGE', (error as Error).message, details);
  }
}

async function routeControl(request: Request, env: Env): Promise<Response> {
  const { method } = request;
  const { pathname, searchParams } = new URL(request.url);
  const isOpen = [CONTROL, `${CONTROL}/`].includes(pathname) && READS.includes(method);
  const tag = admit(request, env, isOpen);
  if (tag !== undefined) return routeOwn(request, env, tag);
  if (pathname === WORKSPACES && method === 'POST') return makeWorkspace(request, env);
  if (pathname === WORKSPACES && READS.includes(method)) return listWorkspaces(request, env);
  const name =
    nameIn(pathname, method) ?? request.headers.get(HEADER) ?? searchParams.get('workspace') ?? DEFAULT_WORKSPACE;
  // Who shows no token must not learn which workspaces there are.
  const id = env.GREENROOM_TOKEN && isOpen ? DEFAULT_WORKSPACE : name;
  if (env.GREENROOM_TOKEN && id === SELF) throw ownsNone();
  const bytes = await bodyOf(request);
  const response = await askNamed(env, id, () => copyOf(request, bytes, id));
  if (!response) throw unknownWorkspace(id);
  return pathname === `${CONTROL}/health` && response.ok ? healthOfAll(response, env) : response;
}

/**
 * Lets a caller in, and tells the tag of the workspace whose token it has, by what it shows; nothing for one who may ask for
 * all. Throws UNAUTHORIZED and FORBIDDEN_HOST.
 */
function admit({ method, headers }: Request, env: Env, isOpen: boolean): string | undefined {
  const server = serverTokenOf(env);
  const given = Object.fromEntries(headers);
  if (!server)
    authorize(
      { method, headers: given },
      { controlToken: undefined, publicOrigin: undefined, tenants: undefined },
      isOpen,
    );
  return server && !isOpen ? tokenIn(given['authorization'], server)?.tag : undefined;
}

/** A call with the token of a workspace, which its object knows. */
async function routeOwn(request: Request, env: Env, tag: string): Promise<Response> {
  const bytes = await bodyOf(request);
  const response = await askTagged(env, tag, () => copyOf(request, bytes));
  if (!response) throw opensNothing();
  return response;
}

/** The workspace that a path names, if the method is one of it; others are refused by whichever. */
function nameIn(pathname: string, method: string): string | undefined {
  const [, name, isToken] = NAMED.exec(pathname) ?? [];
  const isMethod = isToken === undefined ? ONE.includes(method) : method === 'POST';
  return name === undefined || !isMethod ? undefined : decoded(name);
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
    const response = await askTagged(env, tag, again);
    if (response) return response;
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

/** {@link ask}, unless it is known that no workspace has the tag. */
async function askTagged(env: Env, tag: string, call: () => Request): Promise<Response | undefined> {
  if (tag === '' || nobodys.has(tag)) return undefined;
  const response = await ask(env, tag, call);
  if (response) return response;
  if (nobodys.size >= KNOWN_MAX) nobodys.clear();
  nobodys.add(tag);
  return undefined;
}

/** Has the object of the workspace of this id serve a call. One that is known is not asked for again, unless it has nobody any more. */
async function askNamed(env: Env, id: string, call: () => Request): Promise<Response | undefined> {
  if (id === DEFAULT_WORKSPACE) return ask(env, id, call);
  const known = objects.get(id);
  const response = known === undefined ? undefined : await ask(env, known, call);
  if (response) return response;
  const object = await directoryOf(env).objectOf(id);
  if (object === undefined || object === known) {
    objects.delete(id);
    return undefined;
  }
  if (objects.size >= KNOWN_MAX) objects.clear();
  objects.set(id, object);
  return ask(env, object, call);
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
  const { quiet = QUIET, ...given } = readBody(Buffer.from(bytes).toString(), CreateWorkspaceBody);
  assertMemory('/memory', given.memory);
  assertMemory('/limits/bytes', given.limits?.bytes);
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  // Of a service, it is the limit `bytes`.
  const memory = env.GREENROOM_TOKEN ? {} : { memory: MEMORY_MAX };
  const options = { ...memory, ...gatherSettings(PROVIDERS, given), quiet, secret };
  const object = tagOf(secret);
  const place = await directoryOf(env).reserve({ object, wanted: given.id, owner: given.owner });
  if (!place) throw conflict(`the id "${given.id}" is taken`);
  return workspaceOf(env, object).make({ ...place, options, origin: new URL(request.url).origin });
}

async function listWorkspaces(request: Request, env: Env): Promise<Response> {
  const owner = new URL(request.url).searchParams.get('owner');
  const { workspaces, count } = await directoryOf(env).list(DESCRIBED_MAX, owner);
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
  'Failed to serve this call: without a token this Worker serves nobody but this machine. Set one: openssl rand -base64 32 | npx wrangler secret put GREENROOM_TOKEN';

/** Throws INVALID_BODY. */
function assertMemory(pointer: string, was = 0): void {
  if (was <= MEMORY_MAX) return;
  const expected = `at most ${MEMORY_MAX}`;
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to read the body: at ${pointer}, expected ${expected}, was ${was}. An object has 128 MB for everything.`,
    { pointer, expected, was },
  );
}
