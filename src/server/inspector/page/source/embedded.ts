import type { Recording, RecordingNotes } from '../../../../contracts/control/recording.js';
import type { Call, Head, Line, Webhook } from '../model/line.js';
import type { Recorded } from './recorded.js';

/** A piece of a recording in a page, as JSON. */
interface Part {
  readonly recording: string;
  readonly part: string;
  /** The number of its first item. */
  readonly first: number;
  readonly text: () => string;
}

type Parts = (recording: string, part: string) => readonly Part[];

/** The recordings that stand in this page, if it is a file. */
export function embeddedRecordings(): Recorded[] {
  return recordingsIn(
    (recording, part) =>
      [...document.querySelectorAll(`script[data-part="${part}"]`)]
        .map((element) => ({
          recording: element.getAttribute('data-recording')!,
          part,
          first: Number(element.getAttribute('data-first')),
          text: () => element.textContent,
        }))
        .filter((one) => recording === ANY || one.recording === recording),
    isWhole,
  );
}

const PART =
  /<script type="application\/json" data-recording="(\d+)" data-part="(\w+)"(?: data-first="(\d+)")?>([\s\S]*?)<\/script>/g;

/** The recordings in the text of such a page. No element is made of it. */
export function recordingsInText(page: string): Recorded[] {
  const all = [...page.matchAll(PART)].map(([, recording, part, first, text]): Part => ({
    recording: recording!,
    part: part!,
    first: Number(first),
    text: () => text!,
  }));
  return recordingsIn((recording, part) =>
    all.filter((one) => one.part === part && (recording === ANY || one.recording === recording)),
  );
}

interface Titled {
  readonly title: string;
  readonly about?: RecordingNotes;
}

/** Words about all recordings of a file. */
export interface Report {
  readonly title: string;
  readonly text: string;
}

export function embeddedReport(): Report | undefined {
  const element = document.querySelector('script[data-part="report"]');
  return element ? (JSON.parse(element.textContent) as Report) : undefined;
}

const ANY = '';

function recordingsIn(parts: Parts, whole: () => Promise<unknown> = () => Promise.resolve()): Recorded[] {
  return parts(ANY, 'head').map((one) => {
    const { recording } = one;
    const { title, about = {}, ...head } = read<Head & Titled>(one);
    const item = async <T extends { readonly id: string }>(part: string, id: string): Promise<T | undefined> => {
      await whole();
      const number = Number(id.replace(/^\w+_/, ''));
      const found = parts(recording, part).findLast(({ first }) => first <= number);
      return found && read<T[]>(found).find((one) => one.id === id);
    };
    return {
      title,
      head,
      about,
      lines: (from) =>
        parts(recording, 'entries')
          .slice(from)
          .map((part) => read<Line[]>(part)),
      made: async () => {
        await whole();
        const [made] = parts(recording, 'made');
        return made && read<Recording['made']>(made);
      },
      call: (id) => item<Call>('requests', id),
      webhook: (id) => item<Webhook>('deliveries', id),
    };
  });
}

const read = <T>({ text }: Part): T => JSON.parse(text()) as T;

/** The page begins before all of it is there. */
async function isWhole(): Promise<void> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
}
