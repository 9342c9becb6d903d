import type { ListeningServer } from '../../server/host/listen.js';

const NOBODY_LED =
  'No process of the command was in lockstep: their clocks and timers were real, and no advance moved them. Lockstep leads processes of ' +
  'Node that have NODE_OPTIONS and the GREENROOM_ variables of exec in their environment; Bun, Deno and other languages keep their own time';

/** Runtimes that load no probe, and say what they are in each call. */
const UNPROBED = /^(Bun|Deno)\//;

/** Says which processes of a command in lockstep kept their own time: all, or those of which calls alone tell. */
export function tellUnled({ workspaces }: ListeningServer, warn: (text: string) => void): void {
  const { probes, world } = workspaces.default;
  if (!probes.haveSpoken) return warn(NOBODY_LED);
  const called = [...world.requests.values()].flatMap(
    ({ request }) => UNPROBED.exec(String(request.headers['user-agent']))?.[1] ?? [],
  );
  for (const runtime of new Set(called))
    warn(
      `A process of the app (${runtime}) was not in lockstep: its clock and its timers were real, and no advance moved them. Lockstep leads processes of Node`,
    );
}
