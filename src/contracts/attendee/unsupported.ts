import type { UnsupportedWord } from '../vendor.js';

/** Words of scenarios that Attendee cannot render. */
export const unsupported: readonly UnsupportedWord[] = [
  { word: '/artefacts/transcript/expires', why: 'a transcript is kept until delete_data' },
  { word: '/artefacts/audio', why: 'a bot has one recording: "video" means it, unless its format is mp3' },
];
