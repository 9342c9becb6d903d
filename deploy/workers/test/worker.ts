import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response, type Request } from 'miniflare';
import { settings } from '../settings.mjs';

/** What the Worker is started with beside what wrangler.jsonc says. */
interface Start {
  /** A folder in which its objects outlive it. */
  readonly persist?: string;
  readonly bindings?: Readonly<Record<string, string>>;
  /** Takes what it sends to other machines, and says with which status it is answered. */
  readonly outbound?: (url: string) => number;
}

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const moduleOf = (path: string) => ({
  type: 'ESModule' as const,
  path,
  contents: readFileSync(FOLDER + path, 'utf8'),
});

/** The Worker in workerd, on a port of this machine, with objects that can be thrown away. */
export async function startWorker({ persist, bindings = {}, outbound }: Start = {}) {
  const miniflare = new Miniflare({
    modules: [moduleOf('test/fragile.js'), ...readdirSync(`${FOLDER}dist`).map((name) => moduleOf(`dist/${name}`))],
    modulesRoot: '.',
    // Without what stands before it to be like the edge, which packs answers.
    unsafeDirectSockets: [{}],
    compatibilityDate: settings.compatibility_date,
    compatibilityFlags: settings.compatibility_flags,
    bindings,
    durableObjects: Object.fromEntries(
      settings.durable_objects.bindings.map(({ name, class_name: className }) => [
        name,
        { className, useSQLite: true },
      ]),
    ),
    ...(outbound && { outboundService: ({ url }: Request) => new Response(null, { status: outbound(url) }) }),
    ...(persist === undefined ? {} : { durableObjectsPersist: persist }),
  });
  await miniflare.ready;
  const { origin: url } = await miniflare.unsafeGetDirectURL();
  return {
    url,
    control: `${url}/_greenroom`,
    /** Throws away the object of the workspace with this key of Attendee's, which begins with its name. */
    throwAway: async (key: string): Promise<void> => {
      await fetch(`${url}/throw-away/${key.slice(0, 10)}`, { method: 'POST' });
    },
    close: () => miniflare.dispose(),
  };
}

export type Worker = Awaited<ReturnType<typeof startWorker>>;
