import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

/** The table of docs/attendee-rules.md is the oracle: facts that were found beside the real server. */

/** Shared by the four calls. */
const RUNS = Math.ceil(Number(process.env['GREENROOM_RUNS'] ?? 200) / 4);
const ABSENT = Symbol('absent');

interface Row {
  readonly field: string;
  readonly value: unknown;
  /** Each answer under its condition; the one without is under ''. */
  readonly answers: ReadonlyMap<string, unknown>;
}

const ASKED_BY_NOBODY = 'nothing asks for it';
const NATIVE_ZOOM = "Zoom's native SDK";
const FAILURE = 500;

const plain = (cell: string): string => cell.replace(/^`|`$/g, '');

function readAnswer(cell: string): unknown {
  if (cell === 'ok') return undefined;
  return cell === '500' ? FAILURE : JSON.parse(plain(cell));
}

const CREATIONS = ['POST /bots', 'POST /app_sessions'];
const PAGE = readFileSync(new URL('../../docs/attendee-rules.md', import.meta.url), 'utf8');
const LINES = /<!-- begin of the bodies -->([^]*?)<!-- end of the bodies -->/.exec(PAGE)![1]!.split('\n');

type Table = ReadonlyMap<string, readonly Row[]>;
const tables = new Map<string, Table>();

/** The fields of a call in their order, each with its rows. */
function tableOf(call: string): Table {
  const table = tables.get(call) ?? readTable(call);
  tables.set(call, table);
  return table;
}

function readTable(call: string): Table {
  const fields = new Map<string, Map<string, Row & { readonly answers: Map<string, unknown> }>>();
  for (const line of LINES.filter((text) => /^\| [`b]/.test(text))) {
    const [calls = '', field = '', value = '', when = '', answer = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (plain(calls) !== call && !(calls === 'both' && CREATIONS.includes(call))) continue;
    const rows = fields.get(field) ?? new Map<string, Row & { readonly answers: Map<string, unknown> }>();
    const given: unknown = value === 'absent' ? ABSENT : JSON.parse(plain(value));
    const row = rows.get(value) ?? { field, value: given, answers: new Map<string, unknown>() };
    row.answers.set(when, readAnswer(answer));
    fields.set(field, rows.set(value, row));
  }
  return new Map([...fields].map(([field, rows]) => [field, [...rows.values()]]));
}

const NAMES = [
  'automatic_leave_settings',
  'bot_chat_message',
  'bot_image',
  'bot_name',
  'calendar_event_id',
  'callback_settings',
  'debug_settings',
  'deduplication_key',
  'external_media_storage_settings',
  'google_meet_settings',
  'join_at',
  'kubernetes_settings',
  'meeting_url',
  'metadata',
  'recording_settings',
  'rtmp_settings',
  'teams_settings',
  'transcription_settings',
  'voice_agent_settings',
  'webhooks',
  'websocket_settings',
  'zoom_settings',
];
const SESSION_NAMES = [...NAMES.filter((name) => !['meeting_url', 'bot_name', 'join_at'].includes(name)), 'zoom_rtms'];

const unexpected = (others: readonly string[], allowed: readonly string[]) => ({
  non_field_errors: [
    `Unexpected field(s): ${[...others].sort().join(', ')}. Allowed fields are: ${[...allowed].sort().join(', ')}`,
  ],
});

type Chosen = ReadonlyMap<string, Row>;

/** A body of some rows of a table, and of fields that nobody knows. */
function bodies(call: string): fc.Arbitrary<{ readonly chosen: Chosen; readonly others: readonly string[] }> {
  const fields = [...tableOf(call)].map(([field, rows]) => {
    const isRequired = rows.some(({ value }) => value === ABSENT);
    // Mostly good values: with bad ones alone, nothing would show what stands behind them.
    const good = rows.filter(({ answers }) => answers.get('') === undefined);
    const any = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...good) },
      { weight: 1, arbitrary: fc.constantFrom(...rows) },
    );
    return fc.option(any, { nil: undefined, freq: isRequired ? 20 : 1 }).map((row) => [field, row] as const);
  });
  return fc.record({
    chosen: fc
      .tuple(...fields)
      .map((pairs) => new Map(pairs.flatMap(([field, row]) => (row && row.value !== ABSENT ? [[field, row]] : [])))),
    others: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.subarray(['foo', 'Bar', 'zoo']) },
    ),
  });
}

const bodyOf = (chosen: Chosen, others: readonly string[]): object =>
  Object.fromEntries([...[...chosen].map(([field, { value }]) => [field, value]), ...others.map((name) => [name, 1])]);

/** Answers `FAILURE`, the errors of fields, or nothing. */
function errorsOf(call: string, chosen: Chosen, conditionOf: (row: Row) => string): unknown {
  const errors: Record<string, unknown> = {};
  for (const [field, rows] of tableOf(call)) {
    const row = chosen.get(field) ?? rows.find(({ value }) => value === ABSENT);
    const when = row && conditionOf(row);
    const answer = row?.answers.get(when !== undefined && row.answers.has(when) ? when : '');
    if (answer === FAILURE) return FAILURE;
    if (answer !== undefined) errors[field] = answer;
  }
  return Object.keys(errors).length > 0 ? errors : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function expectedOfCreation(call: string, chosen: Chosen, others: readonly string[]): unknown {
  const [url, zoom, voice] = ['meeting_url', 'zoom_settings', 'voice_agent_settings'].map(
    (name) => chosen.get(name)?.value,
  );
  const isNative = String(url).includes('zoom.us') && !(isObject(zoom) && zoom['sdk'] === 'web');
  const reserves =
    chosen.get('voice_agent_settings')?.answers.get('') === undefined &&
    isObject(voice) &&
    (voice['reserve_resources'] === true || Boolean(voice['url']));
  const isAsked = reserves || chosen.get('transcription_settings')?.value !== null;
  const errors = errorsOf(call, chosen, ({ field }) => {
    if (field === 'meeting_url' || field === 'zoom_settings') return isAsked ? '' : ASKED_BY_NOBODY;
    return isNative ? NATIVE_ZOOM : '';
  });
  if (errors !== undefined) return errors;
  return others.length > 0 ? unexpected(others, call === CREATIONS[0] ? NAMES : SESSION_NAMES) : undefined;
}

type Exchange = readonly [method: string, path: string, body: object, expected: unknown, success: number];

/** Sends bodies and compares: a failure is a page, an error 400 with its JSON, and no error a success. */
async function hold<T>(room: Greenroom, arbitrary: fc.Arbitrary<T>, one: (value: T) => Exchange) {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(arbitrary, async (value) => {
      const [method, path, body, expected, success] = one(value);
      // Thousands of bots make a world slow.
      if (success === 201 && ++sent % 100 === 0) await room.reset();
      const { status, text } = await attendee(room, method, path, body);
      const answered = status === FAILURE ? FAILURE : status === 400 ? text : status;
      const wanted = expected === undefined ? success : expected === FAILURE ? FAILURE : JSON.stringify(expected);
      expect(answered).toBe(wanted);
    }),
    { numRuns: RUNS },
  );
}

const manualRoom = (): Promise<Greenroom> =>
  startGreenroom({
    scenario: 'manual',
    attendee: { concurrent_bots_limit: 'off', scheduler_poll: 'off', cleanup_poll: 'off' },
  });

/** A bot in a meeting with resources for a voice agent. */
async function inMeeting(room: Greenroom): Promise<string> {
  const voice_agent_settings = { reserve_resources: true };
  const { id } = (
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { voice_agent_settings }))
  ).json as { id: string };
  for (const event of ['joined_meeting', 'recording_permission_granted'] as const)
    await room.backstage({ kind: 'event', bot: id, event });
  return id;
}

describe('Random bodies', () => {
  test.for(CREATIONS)('of %s are answered as the table says', { timeout: 600_000 }, async (call) => {
    await using room = await manualRoom();
    const path = `/api/v1${call.split(' ')[1]}`;
    await hold(room, bodies(call), ({ chosen, others }) => [
      'POST',
      path,
      bodyOf(chosen, others),
      expectedOfCreation(call, chosen, others),
      201,
    ]);
  });

  test('of PATCH voice_agent_settings are answered as the table says', async () => {
    await using room = await manualRoom();
    const path = `/api/v1/bots/${await inMeeting(room)}/voice_agent_settings`;
    const both = { non_field_errors: ['Cannot provide both url and screenshare_url. Please specify only one.'] };
    await hold(room, bodies('PATCH …/voice_agent_settings'), ({ chosen, others }) => {
      const isBoth = Boolean(chosen.get('url')?.value) && Boolean(chosen.get('screenshare_url')?.value);
      const errors =
        errorsOf('PATCH …/voice_agent_settings', chosen, () => '') ??
        (others.length > 0 ? unexpected(others, ['screenshare_url', 'url']) : isBoth ? both : undefined);
      return ['PATCH', path, bodyOf(chosen, others), errors, 200];
    });
  });

  test('of output_video are answered as the table says, whatever else is in them', async () => {
    await using room = await manualRoom();
    const path = `/api/v1/bots/${await inMeeting(room)}/output_video`;
    await hold(room, bodies('POST …/output_video'), ({ chosen, others }) => [
      'POST',
      path,
      bodyOf(chosen, others),
      errorsOf('POST …/output_video', chosen, () => ''),
      200,
    ]);
  });
});
