import type { Recording } from '../../../../contracts/control/recording.js';
import { recordingsInText } from './embedded.js';
import { recordedOf, type Recorded } from './recorded.js';

/** The recordings in a file: a page such as this one, or JSON. Throws with a sentence if there are none. */
export async function openRecordings(file: File): Promise<Recorded[]> {
  const text = await file.text();
  if (text.trimStart().startsWith('{')) {
    const recording = readJson(text) as Partial<Recording> | undefined;
    if (recording?.recording === 1) return [recordedOf(file.name, recording as Recording)];
  } else {
    const found = recordingsInText(text);
    if (found.length > 0) return found;
  }
  throw new Error(`${file.name} holds no recording: open a timeline.html, or what GET /_greenroom/recording answers.`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
