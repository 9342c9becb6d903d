// The Worker, with objects that a test can throw away: POST /throw-away/NAME.
import worker, { DirectoryObject, WorkspaceObject } from '../dist/worker.js';

const PATH = '/throw-away/';

class Fragile extends WorkspaceObject {
  #state;

  constructor(state, env) {
    super(state, env);
    this.#state = state;
  }

  throwAway() {
    this.#state.abort('thrown away');
  }
}

export { DirectoryObject, Fragile as WorkspaceObject };

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(PATH)) return worker.fetch(request, env);
    const { WORKSPACES } = env;
    const thrown = WORKSPACES.get(WORKSPACES.idFromName(pathname.slice(PATH.length))).throwAway();
    await thrown.catch(() => undefined);
    return new Response(null, { status: 204 });
  },
};
