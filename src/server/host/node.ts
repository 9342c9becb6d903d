import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Host } from '../host.js';
import { connect } from './connections.js';
import { fixturesFolder, folderAt, inspectorPage, openFolder } from './files.js';

/** Node as a host. */
export const host: Host = {
  fixtures: (name) => folderAt(fixturesFolder(name)),
  folder: openFolder,
  connect,
  openProbeDoor: async (...given) => (await import('./probe-door.js')).openProbeDoor(...given),
  loadExpressions: () => (createRequire(import.meta.url)('re2js') as typeof import('re2js')).RE2JS,
  loadDoctor: async () => ({
    ...(await import('../../checks/signature/diagnose.js')),
    ...(await import('../../checks/signature/evidence.js')),
  }),
  inspectorPage,
  cutsConnections: true,
  nonce: () => randomBytes(16).toString('base64url'),
};
