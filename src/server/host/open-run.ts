import type { GreenroomError } from '../../errors.js';
import { readReceivers } from '../engine/deliveries/destination.js';
import { loadNames } from '../engine/names.js';
import { assertPlayable, beginHere, cannotOpen, liveRun } from '../history/live-run.js';
import { readRun, type Run } from '../history/run-file.js';
import { allVendors, makeServer, type RunSource, type Server, type ServerOptions } from '../server.js';
import { readRunPath } from './run-path.js';

type Options = ServerOptions & { readonly run: RunSource; readonly host?: string };

/** A server that goes on with a run. Throws USAGE and DIVERGED, see {@link openRun}. */
export async function openWithRun(options: Options): Promise<Server> {
  const { divergence, run, ...server } = await openRun(options);
  if (!divergence) return server;
  server.close();
  throw cannotOpen(run.head, options.run.path, divergence);
}

/**
 * A server that goes on with a run: up to its end, or up to what it could not become again, which `divergence` tells.
 * Throws USAGE for what is no run, and for one that needs what is not here.
 */
export async function openRun(
  options: Options,
): Promise<Server & { readonly run: Run; readonly divergence: GreenroomError | undefined }> {
  const { path, ...view } = options.run;
  const { lines, name } = readRunPath(path, options.warn ?? (() => undefined));
  const run = readRun(lines, name);
  let made: Server | undefined;
  try {
    assertPlayable(run.head, allVendors(options.vendors));
    made = makeServer(options, run.head.server);
    await loadNames();
    const divergence = await liveRun(made.workspaces, run, view);
    const there = run.head.server.receivers;
    const isReceivedElsewhere = [...readReceivers(options.receivers ?? {}).keys()].some((one) => !there.includes(one));
    if (isReceivedElsewhere) beginHere(made.workspaces.default);
    return { ...made, run, divergence };
  } catch (error) {
    made?.close();
    throw cannotOpen(run.head, name, error);
  }
}
