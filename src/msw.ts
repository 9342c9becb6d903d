import type { HttpHandler } from 'msw';
import type { Greenroom } from './client/greenroom.js';
import type { InterceptOptions } from './intercept.js';
import { ask, detourTo } from './intercept/hosts.js';

/**
 * Handlers for Mock Service Worker, by which a greenroom answers calls to the vendors' hosts. They are made with your
 * own `msw`, 2 or later.
 *
 * @example const server = setupServer(...(await handlers(room)));
 */
export async function handlers(
  room: Pick<Greenroom, 'url' | 'fetch'>,
  { hosts = [] }: InterceptOptions = {},
): Promise<HttpHandler[]> {
  const { http, passthrough } = await import('msw');
  const detour = detourTo(room.url, hosts);
  return [
    http.all(/^https?:\/\//, async ({ request }) => {
      const target = detour.of(request.url);
      if (target !== undefined) return ask(room.fetch, target, request);
      // Links of a greenroom on a port lead to that port; the next handler decides about everything else.
      return isOf(request.url, room.url) ? passthrough() : undefined;
    }),
  ];
}

/** True for the greenroom's own port, by whichever name of this machine: files come from another. */
function isOf(url: string, roomUrl: string): boolean {
  const [target, room] = [new URL(url), new URL(roomUrl)];
  return (
    target.port !== '' && target.port === room.port && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(target.hostname)
  );
}
