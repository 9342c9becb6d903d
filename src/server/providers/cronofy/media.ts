import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturesFolder } from '../../fixtures.js';

export type MediaCategory = 'audio' | 'video';

/** Containers are assumed: the vendor's pages name none. */
const MEDIA: Readonly<Record<MediaCategory, { readonly file: string; readonly type: string }>> = {
  audio: { file: 'audio.mp3', type: 'audio/mpeg' },
  video: { file: 'video.mp4', type: 'video/mp4' },
};

const loaded = new Map<string, Uint8Array>();

/** A second of sound, or of picture and sound. Read when somebody first downloads it. */
export function mediaOf(category: MediaCategory): { readonly bytes: Uint8Array; readonly type: string } {
  const { file, type } = MEDIA[category];
  let bytes = loaded.get(file);
  if (!bytes) {
    bytes = readFileSync(join(fixturesFolder('media'), file));
    loaded.set(file, bytes);
  }
  return { bytes, type };
}

/** The name of a category's file in its URL. */
export const fileName = (category: string): string =>
  category === 'transcript' ? 'transcript.json' : MEDIA[category as MediaCategory].file;
