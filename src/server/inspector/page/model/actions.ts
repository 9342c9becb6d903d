/** A call of the control plane, from below `/_greenroom`. */
export interface ControlCall {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** Which server, and which of its workspaces. */
export interface Place {
  readonly origin: string;
  readonly workspace: string;
  /** It wants a token. */
  readonly isGuarded: boolean;
}

/** A name that a shell takes for a file or a variable stands in quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What does the same in a shell. */
export function curlOf({ method, path, body }: ControlCall, { origin, workspace, isGuarded }: Place): string {
  return [
    `curl -X ${method} ${quoted(`${origin}/_greenroom${path}`)}`,
    ...(workspace === 'default' ? [] : [`-H ${quoted(`Greenroom-Workspace: ${workspace}`)}`]),
    ...(isGuarded ? ['-H "Authorization: Bearer $GREENROOM_CONTROL_TOKEN"'] : []),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`]),
  ].join(' \\\n  ');
}

/** A way of writing calls of one route. */
interface Writing {
  readonly method: string;
  readonly path: RegExp;
  readonly write: (body: unknown, ...parts: string[]) => string;
}

const WRITINGS: readonly Writing[] = [
  { method: 'POST', path: /^\/clock\/advance$/, write: advance },
  { method: 'PATCH', path: /^\/clock$/, write: (body) => `await room.clock.patch(${literal(body)});` },
  { method: 'POST', path: /^\/clock\/rewind$/, write: (body) => `await room.clock.rewind(${literal(body)});` },
  { method: 'POST', path: /^\/faults$/, write: (body) => `await room.faults.add(${literal(body)});` },
  { method: 'DELETE', path: /^\/faults$/, write: () => 'await room.faults.remove();' },
  { method: 'DELETE', path: /^\/faults\/(.+)$/, write: (_, id) => `await room.faults.remove(${literal(id)});` },
  { method: 'POST', path: /^\/casting$/, write: (body) => `await room.casting.add(${literal(body)});` },
  { method: 'DELETE', path: /^\/casting$/, write: () => 'await room.casting.remove();' },
  { method: 'DELETE', path: /^\/casting\/(.+)$/, write: (_, id) => `await room.casting.remove(${literal(id)});` },
  {
    method: 'PUT',
    path: /^\/scenarios\/(.+)$/,
    write: (body, name) => `await room.scenarios.put(${literal(name)}, ${literal(body)});`,
  },
  {
    method: 'DELETE',
    path: /^\/scenarios\/(.+)$/,
    write: (_, name) => `await room.scenarios.remove(${literal(name)});`,
  },
  { method: 'POST', path: /^\/backstage$/, write: (body) => `await room.backstage(${literal(body)});` },
  {
    method: 'POST',
    path: /^\/deliveries\/(.+)\/redeliver$/,
    write: (_, id) => `await room.deliveries.redeliver(${literal(id)});`,
  },
  { method: 'PATCH', path: /^\/workspaces\/[^/]+$/, write: (body) => `await room.patch(${literal(body)});` },
  { method: 'POST', path: /^\/reset$/, write: () => 'await room.reset();' },
];

/** The same in TypeScript, with the handle `room`. */
export function typescriptOf({ method, path, body }: ControlCall): string {
  for (const writing of WRITINGS) {
    const found = writing.method === method ? writing.path.exec(path) : null;
    if (found) return writing.write(body, ...found.slice(1).map(decodeURIComponent));
  }
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return `await room.fetch(${literal(`/_greenroom${path}`)}, ${literal(init)});`;
}

function advance(body: unknown): string {
  const { next, until, ...rest } = body as { readonly next?: true; readonly until?: unknown };
  if (next) return 'await room.clock.next();';
  if (until === undefined) return `await room.clock.advance(${literal(rest)});`;
  const limits = Object.keys(rest).length === 0 ? '' : `, ${literal(rest)}`;
  return `await room.clock.until(${literal(until)}${limits});`;
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** A line of code that is longer is broken. */
const WIDTH = 90;

/** A value as people write it in TypeScript: on one line, if that is not too long. */
export function literal(value: unknown, indent = ''): string {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const write = (inner: string): string[] =>
    Array.isArray(value)
      ? value.map((item) => literal(item, inner))
      : Object.entries(value)
          .filter(([, field]) => field !== undefined)
          .map(([name, field]) => `${NAME.test(name) ? name : text(name)}: ${literal(field, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = write(`${indent}  `);
  if (parts.length === 0) return open + close;
  const short = parts.join(', ');
  const areNumbers = Array.isArray(value) && value.every((item) => item === null || typeof item === 'number');
  if (areNumbers || (short.length + indent.length <= WIDTH && !short.includes('\n')))
    return Array.isArray(value) ? `[${short}]` : `{ ${short} }`;
  return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${close}`;
}

/** In single quotes; what JSON escapes stays escaped. */
const text = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
