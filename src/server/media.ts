import { host } from './host/node.js';

export type Media = 'audio' | 'video';

const MEDIA: Readonly<Record<Media, { readonly file: string; readonly type: string }>> = {
  audio: { file: 'audio.mp3', type: 'audio/mpeg' },
  video: { file: 'video.mp4', type: 'video/mp4' },
};

const loaded = new Map<string, Uint8Array>();

/** A second of sound, or of picture and sound. Read when somebody first downloads it. */
export function mediaOf(media: Media): { readonly bytes: Uint8Array; readonly type: string } {
  const { file, type } = MEDIA[media];
  let bytes = loaded.get(file);
  if (!bytes) {
    bytes = host.fixtures('media').bytes(file);
    loaded.set(file, bytes);
  }
  return { bytes, type };
}
