import type { RecordingNotes } from '../../src/contracts/control/recording.js';

interface Head {
  readonly title: string;
  readonly about: RecordingNotes;
  readonly made: object;
}

/** What stands in a file of the inspector: its title, what it says of its recordings, and the lines of each. */
export function embeddedIn(page: string) {
  const parts = [
    ...page.matchAll(
      /<script type="application\/json" data-recording="(\d+)" data-part="(\w+)"[^>]*>([\s\S]*?)<\/script>/g,
    ),
  ].map(([, recording, part, json]) => ({ recording: Number(recording), part, value: JSON.parse(json!) as unknown }));
  const of = <T>(part: string, recording?: number): T[] =>
    parts
      .filter((one) => one.part === part && (recording === undefined || one.recording === recording))
      .map(({ value }) => value as T);
  const heads = of<Head>('head');
  return {
    title: /<title>(.*?)<\/title>/.exec(page)![1],
    heads,
    report: of<{ readonly text: string }>('report')[0]?.text,
    lines: heads.map((_, i) =>
      of<{ readonly summary: string }[]>('entries', i)
        .flat()
        .map(({ summary }) => summary),
    ),
  };
}
