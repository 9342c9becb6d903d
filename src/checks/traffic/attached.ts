import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Placed } from './read.js';
import { isObject, type JsonObject } from '../../contracts/json/object.js';

/** Recorders that keep bodies beside the recording name each by the SHA-1 of what is in it. */
const NAME = /^([0-9a-f]{40})\.\w+$/;
/** A longer body is not judged. */
const LONGEST = 16 * 1024 * 1024;

/** Entries of a recording with the bodies that it keeps in files of its own folder. */
export async function* withAttached(entries: AsyncIterable<Placed>, file: string): AsyncGenerator<Placed> {
  const folder = dirname(file);
  for await (const entry of entries) {
    const { value } = entry;
    yield hasAttached(value) ? { ...entry, value: await fill(value, folder) } : entry;
  }
}

interface Attaching {
  readonly request: JsonObject;
  readonly response: JsonObject;
}

const hasAttached = (entry: unknown): entry is JsonObject =>
  isObject(entry) && [partOf(entry, 'request', 'postData'), partOf(entry, 'response', 'content')].some(isAttached);

const isAttached = (part: JsonObject): boolean => part['_file'] !== undefined;

const partOf = (entry: JsonObject, side: keyof Attaching, name: string): JsonObject => {
  const message = entry[side];
  const part = isObject(message) ? message[name] : undefined;
  return isObject(part) ? part : {};
};

async function fill(entry: JsonObject, folder: string): Promise<JsonObject> {
  const [sent, received] = await Promise.all([
    bytesOf(partOf(entry, 'request', 'postData'), folder),
    bytesOf(partOf(entry, 'response', 'content'), folder),
  ]);
  const { request, response } = entry as JsonObject & Attaching;
  return {
    ...entry,
    ...(sent ? { request: { ...request, bodySize: sent.length, postData: { text: sent.toString() } } } : {}),
    ...(received ? { response: { ...response, content: { size: received.length, text: received.toString() } } } : {}),
  };
}

/**
 * What is in the file that a part names; `undefined` if that is not there. A file that is not what its name says is none of the
 * recording's: a recording of a stranger must not have a report show other files of this machine.
 */
async function bytesOf({ _file: name }: JsonObject, folder: string): Promise<Buffer | undefined> {
  const [, digest] = (typeof name === 'string' ? NAME.exec(name) : undefined) ?? [];
  if (digest === undefined) return undefined;
  const path = join(folder, name as string);
  try {
    const about = await lstat(path);
    if (!about.isFile() || about.size > LONGEST) return undefined;
    const bytes = await readFile(path);
    return createHash('sha1').update(bytes).digest('hex') === digest ? bytes : undefined;
  } catch {
    return undefined;
  }
}
