import { GreenroomError } from '../../errors.js';
import { host } from '../../server/host/node.js';
import { inspectorFile, type TitledRecording } from '../../server/inspector/file.js';
import { inOneLine } from '../stories/kinds.js';
import type { Recorded, RecordedStory } from './recorded.js';
import { factsOf } from './text.js';

interface ExplorePage {
  readonly title: string;
  /** All of it in words. */
  readonly report: string;
  readonly recorded: Recorded | undefined;
  /** What stands behind the file in the command that replays a story. */
  readonly words?: string | undefined;
}

/** The inspector with a quiet life and a failing one beside each other for each story. Throws USAGE if none was recorded. */
export function explorePage({ title, report, recorded, words }: ExplorePage): string {
  if (!recorded)
    throw new GreenroomError(
      'USAGE',
      'Failed to write the page: expected that everything was recorded, was nothing. Explore with { record: true }.',
    );
  const { lives, stories, missed } = recorded;
  if (lives.length === 0) throw new GreenroomError('USAGE', `Failed to record what happened: ${missed}`);
  const recordings = lives.map(({ title, recording, notes }, number): TitledRecording => {
    const at = stories.findIndex(({ failing }) => failing === number);
    const story = stories[at];
    const about = story ? { ...notes, beside: story.quiet, ...verdictOn(story, at + 1, words) } : notes;
    return { title, recording, about };
  });
  const rest = missed === undefined ? '' : `\nNot all could be recorded: ${missed}\n`;
  return [...inspectorFile(host.inspectorPage(), { title, recordings, report: report + rest })].join('');
}

function verdictOn({ story, findings, fails }: RecordedStory, number: number, words: string | undefined) {
  const found = findings.map(({ sentence }) => sentence).join('. ');
  const unlike: [string, string][] =
    fails || findings.length === 0 ? [] : [['This time', 'It did not fail: it does so now and then.']];
  return {
    verdict: `${number}. ${found === '' ? 'The story passes' : found}: ${inOneLine(story)}`,
    facts: [...unlike, ...findings.flatMap((finding) => factsOf(finding, words))],
  };
}
