import { route } from './router.js';

export { DirectoryObject } from './directory-object.js';
export { WorkspaceObject } from './workspace-object.js';

export default { fetch: route };
