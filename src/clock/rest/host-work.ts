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

/** When each began. */
const outgoing = new Map<unknown, number>();

/** How many HTTP requests this process makes; of those that began at an instant of the host or later. */
export const requestsSince = (since: number): number => [...outgoing.values()].filter((at) => at >= since).length;

/** The operations that the host has in hand for this process, requests apart, by their kinds. */
export const operations = (): string[] => process.getActiveResourcesInfo().filter((name) => OPERATION.test(name));

/** How much the host has in hand for this process. Requests count from {@link watchRequests} on. */
export const hostWork = (): number => outgoing.size + operations().length;

let isLeftOut: (request: unknown) => boolean = () => false;

/** Requests that greenroom makes for somebody else: an app in this process does not wait for them. */
const own = new WeakSet<object>();

/** Has a request not count, though this process makes it. Tell it before the request is on its way. */
export const leaveOutOwn = (request: object): void => void own.add(request);

/** Requests that pass this test do not count. */
export const leaveOut = (test: typeof isLeftOut): void => void (isLeftOut = test);

/** Requests that pass this test count only until they are on their way. */
export function leaveOutSent(test: typeof isLeftOut): void {
  const { subscribe } = process.getBuiltinModule('node:diagnostics_channel');
  subscribe('undici:client:sendHeaders', (message) => {
    const { request } = message as { request: unknown };
    if (test(request)) outgoing.delete(request);
  });
}

/** Counts the HTTP requests of this process until the returned function is called. */
export function watchRequests(): () => void {
  const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
  const begin = (message: unknown): void => {
    const { request } = message as { request: object };
    if (!own.has(request) && !isLeftOut(request)) outgoing.set(request, hostInstant());
  };
  const end = (message: unknown): void => void outgoing.delete((message as { request: unknown }).request);
  for (const name of BEGINS) subscribe(name, begin);
  for (const name of ENDS) subscribe(name, end);
  return () => {
    for (const name of BEGINS) unsubscribe(name, begin);
    for (const name of ENDS) unsubscribe(name, end);
    outgoing.clear();
  };
}
