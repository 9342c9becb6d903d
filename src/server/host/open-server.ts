import { beforeAnswers } from '../answers.js';
import { loadNames } from '../engine/names.js';
import type { RunServer } from '../history/run-file.js';
import type { Vendor } from '../providers/provider.js';
import { makeServer, MAX_BODY, type Server, type ServerOptions } from '../server.js';
import { VERSION } from '../version.js';

/** Makes a server without a socket, with the workspaces of its data folder as they were. Throws USAGE and DIVERGED, see {@link recover}. */
export async function openServer(options: ServerOptions & { readonly host?: string } = {}): Promise<Server> {
  const made = makeServer(options);
  if (options.data === undefined) return made;
  const { openRunFolder } = await import('./run-folder.js');
  const { Keeper } = await import('../history/keeper.js');
  const { recover } = await import('../history/recover.js');
  const { warn = () => undefined } = options;
  const store = openRunFolder(options.data);
  const keeper = new Keeper(store, VERSION, runServerOf(options, made.vendors));
  try {
    await loadNames();
    await recover(made.workspaces, { store, keeper, warn });
  } catch (error) {
    made.close();
    store.close();
    throw error;
  }
  const release = beforeAnswers(() => keeper.flush());
  return {
    ...made,
    close() {
      made.close();
      release();
      keeper.close();
    },
  };
}

/** What a run is played with elsewhere. */
const runServerOf = (
  { maxBody = MAX_BODY, allowHosts = [], forwardTo, receivers = {} }: ServerOptions,
  vendors: readonly Vendor[],
): RunServer => ({
  vendors: vendors.map(({ name }) => name),
  maxBody,
  allowHosts,
  ...(forwardTo === undefined ? {} : { forwardTo }),
  receivers: Object.keys(receivers),
});
