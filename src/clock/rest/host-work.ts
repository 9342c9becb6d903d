import { hostInstant } from '../real-time.js';

/** Operations that the host names while it has them in hand: files, name look-ups, connections, writes. */
const OPERATION = /^(FSReq|CloseReq|GetAddrInfo|GetNameInfo|QueryReq|TCPConnect|PipeConnect|WriteWrap|ShutdownWrap)/;

/** The channels on which Node tells of requests that this process makes, by fetch and by node:http. */
const BEGINS = ['undici:request:create', 'http.client.request.start'];
const ENDS = [
  'undici:request:trailers',
  'undici:request:error',
  'http.client.response.finish',
  'http.client.request.error',
];

const SENT = 'undici:client:sendHeaders';

/** When each began. */
const outgoing = new Map<unknown, number>();

/** Of node:http: given up, or its connection has become a web socket or a tunnel, of which no channel tells. */
const isOver = (request: unknown): boolean => (request as { readonly destroyed?: boolean }).destroyed === true;

/** Of fetch: its connection is to become a web socket or a tunnel, which has no answer that would end. */
function isToStay(request: unknown): boolean {
  const { upgrade, method } = request as { readonly upgrade?: unknown; readonly method?: string };
  return Boolean(upgrade) || method === 'CONNECT';
}

function open(): [request: unknown, at: number][] {
  for (const request of outgoing.keys()) if (isOver(request)) outgoing.delete(request);
  return [...outgoing];
}

/** The first HTTP request that this process makes, and began at an instant of the host or later. */
export const requestSince = (since: number): unknown => open().find(([, at]) => at >= since)?.[0];

/** The operations that the host has in hand for this process, requests apart, by their kinds. */
export const operations = (): string[] => process.getActiveResourcesInfo().filter((name) => OPERATION.test(name));

/** How much the host has in hand for this process. Requests count from {@link watchRequests} on. */
export const hostWork = (): number => open().length + operations().length;

let isLeftOut: (request: unknown) => boolean = () => false;

/** Requests that greenroom makes for somebody else: an app in this process does not wait for them. */
const own = new WeakSet<object>();

/** Has a request not count, though this process makes it. Tell it before the request is on its way. */
export const leaveOutOwn = (request: object): void => void own.add(request);

/** Requests that pass this test do not count. */
export const leaveOut = (test: typeof isLeftOut): void => void (isLeftOut = test);

let isLeftOutSent: typeof isLeftOut = () => false;

/** Requests of fetch that pass this test count only until they are on their way. */
export const leaveOutSent = (test: typeof isLeftOut): void => void (isLeftOutSent = test);

/** Counts the HTTP requests of this process until the returned function is called. */
export function watchRequests(): () => void {
  const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
  const begin = (message: unknown): void => {
    const { request } = message as { request: object };
    if (!own.has(request) && !isLeftOut(request)) outgoing.set(request, hostInstant());
  };
  const end = (message: unknown): void => void outgoing.delete((message as { request: unknown }).request);
  const sent = (message: unknown): void => {
    const { request } = message as { request: unknown };
    if (isToStay(request) || isLeftOutSent(request)) outgoing.delete(request);
  };
  for (const name of BEGINS) subscribe(name, begin);
  subscribe(SENT, sent);
  for (const name of ENDS) subscribe(name, end);
  return () => {
    for (const name of BEGINS) unsubscribe(name, begin);
    unsubscribe(SENT, sent);
    for (const name of ENDS) unsubscribe(name, end);
    outgoing.clear();
  };
}
