import { beforeAnswers } from '../answers.js';
import { loadNames } from '../engine/names.js';
import { makeServer, runServerOf, type Server, type ServerOptions } from '../server.js';
import { VERSION } from '../version.js';

/** Makes a server without a socket, with the workspaces of its data folder, or of a run, as they were. Throws USAGE and DIVERGED, see {@link recover}. */
export async function openServer(options: ServerOptions & { readonly host?: string } = {}): Promise<Server> {
  if (options.run !== undefined) return (await import('./open-run.js')).openWithRun({ ...options, run: options.run });
  const made = makeServer(options);
  if (options.data === undefined) return made;
  const { openRunFolder } = await import('./run-folder.js');
  const { Keeper } = await import('../history/keeper.js');
  const { recover } = await import('../history/recover.js');
  const { warn = () => undefined } = options;
  const store = 'ids' in options.data ? options.data : await openRunFolder(options.data, warn);
  const server = runServerOf(options, made.vendors);
  const keeper = new Keeper(store, { version: VERSION, server, warn });
  try {
    await loadNames();
    await recover(made.workspaces, { store, keeper, server, given: options.workspace, warn });
    made.tenants?.look();
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
