import { randomBytes } from 'node:crypto';
import type * as fixtures from 'generated:fixtures';
import type { RE2JS } from 're2js';
import { GreenroomError } from '../../../src/errors.js';
import type { Folder, Host } from '../../../src/server/host.js';
import { connect } from './connections.js';

/** What an object needs as soon as it serves, and the router never. */
let loaded: { readonly files: typeof fixtures; readonly expressions: typeof RE2JS } | undefined;

export async function loadHost(): Promise<void> {
  const [files, { RE2JS: expressions }] = await Promise.all([import('generated:fixtures'), import('re2js')]);
  loaded = { files, expressions };
}

/** A Worker as a host: files are parts of it, and messages leave by fetch. Needs {@link loadHost}. */
export const host: Host = {
  fixtures: (name) => folderOf(`fixtures/${name}`, loaded!.files.texts[name] ?? {}, loaded!.files.bytes[name] ?? {}),
  folder(path) {
    throw new GreenroomError('USAGE', `Failed to open the folder ${path}: a Worker has no files.`);
  },
  connect,
  openProbeDoor() {
    return Promise.reject(
      new GreenroomError(
        'UNREACHABLE',
        'Failed to open a door for the processes of an app: a Worker has no socket on which they could call. Time moves by quiet time here; a greenroom on the machine of the app hears them.',
      ),
    );
  },
  loadExpressions: () => loaded!.expressions,
  loadDoctor: async () => ({
    ...(await import('../../../src/checks/signature/diagnose.js')),
    ...(await import('../../../src/checks/signature/evidence.js')),
  }),
  inspectorPage: () => ({ script: loaded!.files.script, style: loaded!.files.style }),
  cutsConnections: false,
  nonce: () => randomBytes(16).toString('base64url'),
};

type Files = Readonly<Record<string, string>>;

function folderOf(place: string, texts: Files, bytes: Files): Folder {
  const find = (files: Files, name: string): string => {
    if (Object.hasOwn(files, name)) return files[name]!;
    throw new Error(`there is no ${place}/${name}`);
  };
  return {
    names: () => [...Object.keys(texts), ...Object.keys(bytes)],
    has: (name) => Object.hasOwn(texts, name) || Object.hasOwn(bytes, name),
    text: (name) => find(texts, name),
    bytes: (name) => Buffer.from(find(bytes, name), 'base64'),
    place: (name) => `${place}/${name}`,
  };
}
