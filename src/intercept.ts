/// <reference lib="esnext.disposable" preserve="true" />
import type { Greenroom } from './client/greenroom.js';
import { ask, detourTo } from './intercept/hosts.js';

export interface InterceptOptions {
  /** Further hosts that are a vendor's: of an Attendee that you host yourself. */
  readonly hosts?: readonly string[];
}

/** Calls to the vendors go to a room until this is closed. */
export interface Interception {
  /** Everything is as it was. */
  readonly close: () => void;
  readonly [Symbol.dispose]: () => void;
}

/**
 * Sends what this process calls at `https://api*.cronofy.com`, `https://app*.cronofy.com` and `https://app.attendee.dev`
 * to a room, by `fetch`, `node:http`, `node:https` or what is built on them; everything else is left alone. A room
 * without a socket will do.
 *
 * @example
 * const room = await createGreenroom();
 * const interception = await intercept(room);
 * await fetch('https://app.attendee.dev/api/v1/bots', { headers: { authorization: `Token ${room.attendee.api_key}` } });
 * interception.close();
 */
export async function intercept(
  room: Pick<Greenroom, 'url' | 'fetch'>,
  { hosts = [] }: InterceptOptions = {},
): Promise<Interception> {
  const detour = detourTo(room.url, hosts);
  const [{ BatchInterceptor }, { ClientRequestInterceptor }, { FetchInterceptor }] = await Promise.all([
    import('@mswjs/interceptors'),
    import('@mswjs/interceptors/ClientRequest'),
    import('@mswjs/interceptors/fetch'),
  ]);
  const interceptor = new BatchInterceptor({
    name: 'greenroom',
    interceptors: [new ClientRequestInterceptor(), new FetchInterceptor()],
  });
  interceptor.apply();
  interceptor.on('request', async ({ request, controller }) => {
    const target = detour.of(request.url);
    if (target !== undefined) controller.respondWith(await ask(room.fetch, target, request));
  });
  const close = (): void => interceptor.dispose();
  return { close, [Symbol.dispose]: close };
}
