import type { UnsupportedWord } from '../provider.js';

/** What of a story Attendee has no word for. */
export const unsupported: readonly UnsupportedWord[] = [
  { word: '/artefacts/transcript/expires', why: 'a transcript is kept until delete_data' },
  { word: '/artefacts/audio', why: 'a bot has one recording: "video" tells of it, unless its format is mp3' },
];
