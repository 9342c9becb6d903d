import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest, control } from '../support/room.js';

/** What a bot has seen and heard reads the same when its life is over, whatever people are called and whatever they say. */

const RUNS = Math.ceil(Math.min(Number(process.env['GREENROOM_RUNS'] ?? 200), 1500) / 10);
const VIEWS = ['transcript', 'participants', 'participant_events', 'chat_messages'];
const BEGIN = ['joined_meeting', 'recording_permission_granted'];
const END = ['meeting_ended', 'post_processing_completed'];

interface Story {
  readonly people: readonly { readonly uuid: string; readonly name: string }[];
  readonly said: readonly {
    readonly who: number;
    readonly text: string;
    readonly at: number;
    readonly kind: 'utterance' | 'chat_message';
  }[];
}

/** Texts that look like ids and instants, with what JSON has to escape. */
const words = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[0-9]{12,18}$/),
      fc.stringMatching(/^[a-z]{0,3}_[A-Za-z0-9]{15,17}$/),
      fc.constantFrom('\u0001', '\u00010\u0001', '"', '\\', '1767225600000000', 'par_AAAAAAAAAAAAAAAA', ' '),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(''));

const story: fc.Arbitrary<Story> = fc.record({
  people: fc.uniqueArray(fc.record({ uuid: words, name: words }), {
    selector: ({ uuid }) => uuid,
    minLength: 1,
    maxLength: 3,
  }),
  said: fc.array(
    fc.record({
      who: fc.nat(2),
      text: words,
      at: fc.integer({ min: 0, max: 8.64e15 }),
      kind: fc.constantFrom('utterance' as const, 'chat_message' as const),
    }),
    { maxLength: 6 },
  ),
});

async function views(room: Greenroom, bot: string): Promise<string[]> {
  const answers = await Promise.all(VIEWS.map((view) => attendee(room, 'GET', `/api/v1/bots/${bot}/${view}`)));
  for (const { status } of answers) expect(status).toBe(200);
  return answers.map(({ text }) => text);
}

async function contentOf(room: Greenroom): Promise<string> {
  const { json } = await control(room, 'GET', '/snapshot');
  return JSON.stringify(json.slices.attendee.bots[0].content);
}

/** A bot that has recorded all of it. */
async function play(room: Greenroom, { people, said }: Story): Promise<string> {
  const bot = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined))).json.id as string;
  for (const event of BEGIN) await room.backstage({ kind: 'event', bot, event });
  for (const participant of people)
    await room.backstage({ kind: 'participant_join', bot, participant, timestamp_ms: 1_767_225_600_000 });
  for (const [i, { who, text, at, kind }] of said.entries()) {
    const participant = people[who % people.length];
    const words = { transcription: { transcript: text }, timestamp_ms: at, duration_ms: 1 };
    const written = { source: `${i}`, text, timestamp: at };
    await room.backstage({ kind, bot, participant, ...(kind === 'utterance' ? words : written) });
    await room.clock.advance({ by: '1s' });
  }
  return bot;
}

test('What an ended bot has seen and heard reads as it did before the end', async () => {
  await using room = await startGreenroom({ scenario: 'manual' });
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      await room.reset();
      const bot = await play(room, told);
      const [before, content] = [await views(room, bot), await contentOf(room)];
      for (const event of END) await room.backstage({ kind: 'event', bot, event });
      expect(await views(room, bot)).toEqual(before);
      expect(await contentOf(room)).toBe(content);
      await control(room, 'PUT', '/snapshot', (await control(room, 'GET', '/snapshot')).json);
      expect(await views(room, bot)).toEqual(before);
    }),
    { numRuns: RUNS },
  );
});

test('What is taken from an ended bot is gone, and the rest stays', async () => {
  await using room = await startGreenroom({ scenario: 'manual' });
  const said = [{ who: 0, text: 'Hello', at: 1_767_225_601_000, kind: 'utterance' }] as const;
  const people = [{ uuid: 'ann', name: 'Ann' }];
  const [gone, whole] = [await play(room, { people, said }), await play(room, { people, said })];
  for (const bot of [gone, whole]) for (const event of END) await room.backstage({ kind: 'event', bot, event });
  const [[, ...rest], other] = [await views(room, gone), await views(room, whole)];
  expect((await attendee(room, 'DELETE', `/api/v1/bots/${gone}/transcript`)).status).toBe(200);
  expect(await views(room, whole)).toEqual(other);
  expect(await views(room, gone)).toEqual(['[]', ...rest]);
});
