import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkScenarios } from '../../src/checks/scenarios.js';
import { touchesOf } from '../../src/contracts/versions/changes.js';
import { VENDOR_LIST, VENDORS } from '../../src/contracts/vendors.js';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest, MEET_URL, TEAMS_URL, ZOOM_URL } from '../support/room.js';

const { versions } = VENDORS.attendee;
const RUNS = Math.ceil(Number(process.env['GREENROOM_RUNS'] ?? 200) / 20);

let server: Greenroom;
beforeAll(async () => {
  server = await startGreenroom();
});
afterAll(() => server.close());

/** Every version in which something begins or ends, and those beside it. */
const VERSIONS = [
  ...new Set([
    ...versions.known.map(({ version }) => version),
    ...versions.changes.flatMap(({ since, until }) => [since ?? [], until ?? []].flat()),
  ]),
].filter((version) => 'version' in versions.read(version));

/** Values that some version takes, or refuses, for a field that versions differ in; and some that are the same in all. */
const FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  meeting_url: [MEET_URL, TEAMS_URL, ZOOM_URL, `${ZOOM_URL}?pwd=${'a'.repeat(600)}`, 'nowhere'],
  room_sync_settings: [{}, { sync_to_room: true }, { livekit: { room_name: 'r' } }, { x: 1 }, null],
  zoom_settings: [{ sdk: 'web' }, { webinar_user_email: 'a' }, { webinar_user_email: 1 }],
  google_meet_settings: [
    { ui_interaction_mode: 'robotic' },
    { login_group_name: 'g' },
    { use_login: true, login_mode: 'only_if_required' },
  ],
  teams_settings: [{ login_group_name: null }, { use_login: true }],
  websocket_settings: [
    { audio: { url: 'wss://a' } },
    { per_participant_audio: { url: 'wss://a' } },
    { per_participant_video: { url: 'wss://a' } },
  ],
  transcription_settings: [
    { openai: { model: 'gpt-transcribe' } },
    { openai: { model: 'gpt-4o-transcribe' } },
    { assembly_ai: { prompt: 'p', custom_spelling: [] } },
    { assembly_ai: { speech_models: [] } },
    { sarvam: { mode: 'verbatim' } },
    { meeting_closed_captions: { teams_language_enforcement_duration_seconds: 0 } },
    { x: 1 },
  ],
  bot_image: [
    { type: 'image/jpeg', data: 'AAAA' },
    {
      type: 'image/jpeg',
      data: '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/9oACAEBAAA/AP5/6//Z',
    },
    {
      type: 'image/png',
      data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    },
  ],
  webhooks: [
    [{ url: 'https://app.example/x', triggers: ['bot.state_change'] }],
    [{ url: `https://app.example/${'x'.repeat(300)}`, triggers: ['bot.state_change'] }],
  ],
  recording_settings: [{ format: 'mp3' }, { format: 'webm' }],
  metadata: [{ a: 'b' }],
  foo: [1],
};

const bodies = fc.record(
  Object.fromEntries(Object.entries(FIELDS).map(([name, values]) => [name, fc.constantFrom(...values)])),
  { requiredKeys: [] },
);

/** What a body gets in a version, and what becomes of the bot. */
async function liveIn(version: string, body: object): Promise<{ status: number; answer: string; life: unknown }> {
  const room = await server.workspace({ attendee: { version } });
  const made = await attendee(room, 'POST', '/api/v1/bots', { ...botRequest(undefined), ...body });
  await room.clock.until('idle');
  const life =
    made.status === 201 ? (await attendee(room, 'GET', `/api/v1/bots/${(made.json as { id: string }).id}`)).json : null;
  await room.close();
  return { status: made.status, answer: made.text, life };
}

/** The fields that a change is about, and all of them for one that is about calls alone. */
const fieldsOf = (change: (typeof versions.changes)[number]): string[] =>
  change.changes.flatMap(touchesOf).flatMap(({ operation, pointer }) => {
    if (operation !== 'createBot') return [];
    return [pointer?.split('/')[1] ?? '*'];
  });

/** What becomes of a bot, without its instants. */
const timeless = ({ answer, life, ...rest }: Awaited<ReturnType<typeof liveIn>>) => {
  const without = (value: unknown) => JSON.stringify(value).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
  return { ...rest, answer: without(answer), life: without(life) };
};

describe('Two versions', () => {
  test('answer a body alike that both accept, and refuse alike unless a change between them is about one of its fields', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...VERSIONS), fc.constantFrom(...VERSIONS), bodies, async (a, b, body) => {
        const [left, right] = [await liveIn(a, body), await liveIn(b, body)];
        const between = versions.between(a, b).map(({ change }) => change);
        const about = new Set(between.flatMap(fieldsOf));
        if (left.status === 201 && right.status === 201) {
          // Only a default, or what a timer counts from, makes another life of the same request: at other instants.
          const isTimed = between.some(({ changes }) =>
            changes.some(({ kind }) => kind === 'default' || kind === 'timing'),
          );
          expect(timeless(right)).toEqual(timeless(left));
          if (!isTimed) expect(right).toEqual(left);
        } else if (!about.has('*') && !Object.keys(body).some((name) => about.has(name))) {
          // The list of allowed fields is computed: it differs where a version has a field more.
          const plain = ({ status, answer }: typeof left) => [status, about.size > 0 ? '' : answer];
          expect(plain(right)).toEqual(plain(left));
        } else if (left.status !== right.status) expect(about.size).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  });

  test('have the same contract where no change lies between them, and another where one does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VERSIONS), fc.constantFrom(...VERSIONS), (a, b) => {
        const text = (version: string) => JSON.stringify({ ...versions.at(version), version: '' });
        const played = versions
          .between(a, b)
          .filter(({ change }) => change.changes.some(({ kind }) => kind !== 'unplayed'));
        expect(text(a) === text(b)).toBe(played.length === 0);
      }),
    );
  });

  test('are in the order of their numbers, and every version between the ends can be read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 17, max: 80 }), fc.integer({ min: 0, max: 40 }), (minor, patch) => {
        expect(versions.read(`1.${minor}.${patch}`)).toEqual({ version: `1.${minor}.${patch}` });
      }),
    );
  });
});

describe('The library of scenarios', () => {
  const FOLDER = fileURLToPath(new URL('../../fixtures/scenarios/', import.meta.url));
  const sources = readdirSync(FOLDER).map((path) => ({
    name: path.replace('.json', ''),
    path,
    text: readFileSync(FOLDER + path, 'utf8'),
  }));

  // npm test plays it in the default version, and has no time for a second.
  const inLaws = process.env['GREENROOM_RUNS'] !== undefined;
  test.skipIf(!inLaws).for(['1.64.1', '1.81'])('is what its files expect in Attendee %s', async (version) => {
    const settings = { attendee: { version: (versions.read(version) as { version: string }).version } };
    const report = await checkScenarios({ url: server.url, fetch }, VENDOR_LIST, {
      sources,
      subject: 'library',
      settings,
    });
    expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test('can expect something else of another version', async () => {
    const [happy] = sources.filter(({ name }) => name === 'happy-path');
    const file = JSON.parse(happy!.text) as { expected: { attendee: unknown[] } };
    const check = async (version: string, expected: object) => {
      const text = JSON.stringify({ ...file, expected: { attendee: expected } });
      const report = await checkScenarios({ url: server.url, fetch }, [VENDORS.attendee], {
        sources: [{ ...happy!, text }],
        subject: 'one',
        settings: { attendee: { version } },
      });
      return report.findings.map(({ rule }) => rule).filter((rule) => rule !== 'vendor-fit');
    };
    const byVersion = { '<1.80': file.expected.attendee, '>=1.80': [{ at: '1s', state: 'ended' }] };
    expect(await check('1.64.1', byVersion)).toEqual([]);
    expect(await check('1.81.1', byVersion)).toEqual(['unexpected-timeline']);
    expect(await check('1.81.1', { '1.64.1': [] })).toEqual([]);
    expect(await check('1.81.1', { newer: [] })).toEqual(['invalid-scenario']);
  });
});
