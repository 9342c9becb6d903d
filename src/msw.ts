import './needs.js';
import type { HttpHandler } from 'msw';
import type { Greenroom } from './client/greenroom.js';
import { promised } from './client/promised.js';
import { GreenroomError } from './errors.js';
import { ask, detourTo, type InterceptOptions } from './intercept/hosts.js';

export type { Greenroom } from './index.js';
export type { InterceptOptions };

/**
 * Handlers for Mock Service Worker, by which a greenroom answers calls to the vendors' hosts. They are made with your
 * own `msw`, 2 or later.
 *
 * @example const server = setupServer(...(await handlers(room)));
 */
export function handlers(
  room: Pick<Greenroom, 'url' | 'fetch'>,
  options: InterceptOptions = {},
): Promise<HttpHandler[]> {
  return promised('handlers(…)', handlersOf(room, options), {
    // The first is what a spread reads, the second what Mock Service Worker reads of a handler.
    members: [Symbol.iterator, 'kind'],
    write: '...(await handlers(…))',
  });
}

async function handlersOf(room: Pick<Greenroom, 'url' | 'fetch'>, options: InterceptOptions): Promise<HttpHandler[]> {
  const { http, HttpResponse, passthrough } = await import('msw');
  const detour = detourTo(room, options);
  const { port, host } = new URL(room.url);
  // Links of a greenroom on a port lead to that port, by its name or whichever name of this machine.
  const named = host.replace(/[.[\]]/g, '\\$&');
  const own = new RegExp(`^https?://(${named}|(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\]):${port})(/|$)`);
  return [
    http.all(detour.led, ({ request }) =>
      ask(room.fetch, detour.of(request.url)!, request).catch((error: unknown) => {
        // To Mock Service Worker, what is thrown is a fault of the handler, which it tells, and HTTP 500.
        if (error instanceof GreenroomError) throw error;
        return HttpResponse.error();
      }),
    ),
    http.all(own, () => passthrough()),
  ];
}
