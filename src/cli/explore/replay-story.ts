import { GreenroomError } from '../../errors.js';
import { replayOn } from '../../explore/replay.js';
import { readStory, type Story } from '../../explore/stories/story.js';
import { endSoon } from '../terminal/end-soon.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from '../settings/flags.js';
import { interruptible, unlessOff } from '../terminal/interrupted.js';
import { assertOwnFile, readFiles } from '../settings/own-file.js';
import { assertWritable, writeWhole, written } from '../terminal/write-out.js';
import { APP_FLAGS, makeReady, splitCommand, valuesFor, type AppWords } from './setup.js';
import { say } from '../terminal/say.js';

const USAGE = `greenroom replay STORY.json plays a story that greenroom explore saved against your app, with the same flags for the app:

  greenroom replay greenroom-stories/1f2e3d4c5b6a.json http://127.0.0.1:3000/hooks/attendee -- node app.js

The exit code is 1 while the story fails, and 0 once it passes.`;

/** Flags of explore alone: whoever repeats its command line need not take them out. */
const OF_EXPLORE: readonly Flag[] = [
  ...['scenario', 'without', 'reporter'].map((name) => ({
    name,
    value: 'NAME',
    many: true,
    help: 'of explore; means nothing here',
  })),
  ...['executions', 'time', 'seed', 'save', 'write-test', 'workers', 'junit'].map((name) => ({
    name,
    value: 'VALUE',
    help: 'of explore; means nothing here',
  })),
];

const FLAGS: readonly Flag[] = [
  ...APP_FLAGS,
  { name: 'html', value: 'FILE', writes: true, help: 'write the inspector with the story beside its quiet life' },
  { name: 'json', help: 'print what came of it as one object' },
  HELP,
];

const FAILS = 1;
const NOT_WRITTEN = 2;

/** How a story is played. */
export function printHelp(): number {
  say(renderHelp(USAGE, FLAGS));
  return 0;
}

/** Plays a story; `text` is its file. */
export async function replayStory(args: readonly string[], path: string, text: string): Promise<number> {
  const { own, command } = splitCommand(args);
  const { values, words } = readWords('replay', [...FLAGS, ...OF_EXPLORE], own);
  if (values['help'] === true) return printHelp();
  const story = readStory(text, path);
  const [url, extra] = words.filter((word) => word !== path);
  if (url === undefined || extra !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: expected the URL of the app's webhook endpoint beside the story, was ${extra === undefined ? 'none' : `also "${extra}"`}.`,
    );
  const page = values['html'];
  if (typeof page === 'string') {
    assertWritable('--html', page);
    assertOwnFile('--html', page, [path, ...readFiles(FLAGS, values, command)]);
  }
  return interruptible((signal) => play(story, values, { url, command }, signal));
}

async function play(story: Story, values: FlagValues, words: AppWords, signal: AbortSignal): Promise<number> {
  const ready = await makeReady(valuesFor(story, values), words, { seed: story.seed, signal });
  try {
    const options = { ...ready.options, record: values['html'] !== undefined };
    const playing = ready.telling(() => replayOn(ready.stage, options, story));
    const { text, html, ...replayed } = await unlessOff(signal, playing);
    say(values['json'] === true ? `${JSON.stringify(replayed)}\n` : text());
    const page = values['html'];
    const isWritten = typeof page !== 'string' || (await written(() => writeWhole('--html', page, [html()])));
    if (replayed.fails) return FAILS;
    return isWritten ? 0 : NOT_WRITTEN;
  } finally {
    await ready.close();
    endSoon();
  }
}
