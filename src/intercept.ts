/// <reference lib="esnext.disposable" preserve="true" />
import './needs.js';
import type { Greenroom } from './client/greenroom.js';
import { promised } from './client/promised.js';
import { ask, detourTo, lossOf, type InterceptOptions } from './intercept/hosts.js';
import { warnOfOtherRuntimes } from './intercept/runtime.js';
import { DISPOSE } from './disposal.js';

export type { Greenroom } from './index.js';
export type { InterceptOptions };

/** Calls to the vendors go to a room until this is closed. */
export interface Interception {
  /** Everything is as it was. */
  readonly close: () => void;
  readonly [Symbol.dispose]: () => void;
}

/**
 * Sends what this process calls at `https://api*.cronofy.com`, `https://app*.cronofy.com` and `https://app.attendee.dev`
 * to a room, by `fetch`, `node:http`, `node:https` or what is built on them; everything else is left alone. A room
 * without a socket will do. In Bun and Deno `fetch` alone is intercepted, and a warning says so.
 *
 * @example
 * const room = await createGreenroom();
 * const interception = await intercept(room);
 * await fetch('https://app.attendee.dev/api/v1/bots', { headers: { authorization: `Token ${room.attendee.api_key}` } });
 * interception.close();
 */
export function intercept(
  room: Pick<Greenroom, 'url' | 'fetch'>,
  options: InterceptOptions = {},
): Promise<Interception> {
  return promised('intercept(…)', begin(room, options), { members: ['close', DISPOSE] });
}

async function begin(room: Pick<Greenroom, 'url' | 'fetch'>, options: InterceptOptions): Promise<Interception> {
  const detour = detourTo(room, options);
  warnOfOtherRuntimes();
  // One after another: Vitest's pools with contexts of their own fail on Node 24 where two that share modules are loaded at once.
  const { hearFirst } = await import('./intercept/requests.js');
  const { ClientRequestInterceptor } = await import('@mswjs/interceptors/ClientRequest');
  const { FetchInterceptor } = await import('@mswjs/interceptors/fetch');
  const ends = [ClientRequestInterceptor, FetchInterceptor].map((kind) =>
    hearFirst(kind, async ({ request, controller }) => {
      const target = detour.of(request.url);
      if (target === undefined) return;
      try {
        controller.respondWith(await ask(room.fetch, target, request));
      } catch (error) {
        controller.errorWith(kind === FetchInterceptor ? error : lossOf(error));
      }
      // Whoever listens after this one is not asked: to Mock Service Worker, it would be a request without a handler.
      return new Promise(() => undefined);
    }),
  );
  const close = (): void => {
    for (const end of ends) end();
  };
  return { close, [DISPOSE]: close };
}
