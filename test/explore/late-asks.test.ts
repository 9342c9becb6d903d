import { expect, test } from 'vitest';
import { explore } from '../../src/explore.js';
import type { Greenroom } from '../../src/index.js';
import { openStage } from '../../src/explore/playing/stage.js';
import { verifyAttendee } from '../../src/webhooks.js';
import { replayOn } from '../../src/explore/replay.js';
import type { Story } from '../../src/explore/stories/story.js';

const ORIGIN = 'https://late.test';
const TICK_MS = 120_000;

interface Meeting {
  readonly id: string;
  readonly url: string;
  readonly at: string;
  bot?: string;
  state: string;
  lines: number | null;
}

const isOver = ({ state }: Meeting): boolean => state === 'ended' || state === 'fatal_error';

/** An app that is correct: what it could not do at once it does at the next tick of its own timer, and it asks for the state as long as the bot is there. */
function startApp(room: Greenroom) {
  const meetings = new Map<string, Meeting>();
  const call = async (method: string, path: string, body?: object) => {
    const response = await room.fetch(`/api/v1${path}`, {
      method,
      headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
    return (await response.json()) as { id: string; state: string; results: { id: string }[]; length: number };
  };
  const ask = async (meeting: Meeting): Promise<void> => {
    const key = encodeURIComponent(meeting.url);
    const { results } = await call('GET', `/bots?deduplication_key=${key}`);
    const webhooks = [{ url: `${ORIGIN}/hooks`, triggers: ['bot.state_change'] }];
    const wanted = { meeting_url: meeting.url, join_at: meeting.at, bot_name: 'Late', deduplication_key: meeting.url };
    meeting.bot = results[0]?.id ?? (await call('POST', '/bots', { ...wanted, webhooks })).id;
  };
  const look = async (meeting: Meeting): Promise<void> => {
    if (meeting.bot === undefined) await ask(meeting);
    if (!isOver(meeting)) meeting.state = (await call('GET', `/bots/${meeting.bot}`)).state;
    if (meeting.state !== 'ended') return;
    meeting.lines ??= (await call('GET', `/bots/${meeting.bot}/transcript`)).length;
  };
  const isOpen = (meeting: Meeting): boolean =>
    !isOver(meeting) || (meeting.state === 'ended' && meeting.lines === null);
  const tick = setInterval(() => {
    for (const meeting of meetings.values()) if (isOpen(meeting)) look(meeting).catch(() => undefined);
  }, TICK_MS);
  const hear = async (request: Request): Promise<Response> => {
    const body = await request.text();
    const { webhook_secret: secret } = room.attendee;
    if (!verifyAttendee({ body, signature: request.headers.get('x-webhook-signature'), secret }).ok)
      return new Response(null, { status: 401 });
    const { bot_id: bot } = JSON.parse(body) as { bot_id: string };
    const meeting = [...meetings.values()].find((one) => one.bot === bot);
    if (meeting) look(meeting).catch(() => undefined);
    return new Response();
  };
  return {
    receivers: { [ORIGIN]: hear },
    schedule: async ({ url, joinAt: at }: { readonly url: string; readonly joinAt: string }) => {
      const meeting: Meeting = { id: `late-${meetings.size + 1}`, url, at, state: 'scheduled', lines: null };
      meetings.set(meeting.id, meeting);
      await ask(meeting).catch(() => undefined);
      return meeting.id;
    },
    state: (id: string) => {
      const meeting = meetings.get(id)!;
      return { over: isOver(meeting) ? meeting.state : 'no', lines: meeting.lines };
    },
    close: async () => clearInterval(tick),
  };
}

type App = ReturnType<typeof startApp>;

const options = {
  app: startApp,
  act: { schedule: (app: App, meeting: { url: string; joinAt: string }) => app.schedule(meeting) },
  state: (app: App, id: string) => app.state(id),
  provider: 'attendee',
} as const;

const story = (deviation: Story['deviations'][number]): Story => ({
  version: 1,
  provider: 'attendee',
  scenario: 'happy-path',
  seed: 1,
  deviations: [deviation],
});

test('An app that asks for its bot at the next tick, since the first call failed, is lived to the end of that meeting', async () => {
  const stage = await openStage(options);
  const { findings } = await replayOn(
    stage,
    options,
    story({ at: { call: { operation: 'createBot' } }, do: { status: 503 } }),
  );
  await stage.close();
  expect(findings.map(({ sentence, was }) => [sentence, was])).toEqual([]);
});

test('A correct app with a timer of its own has no finding, and no message is tried early that no call brings', async () => {
  const { findings, not_tried } = await explore({ ...options, scenarios: ['happy-path'], executions: 60, seed: 1 });
  expect(findings.map(({ sentence, was }) => [sentence, was])).toEqual([]);
  expect(not_tried.join('\n')).not.toMatch(/early|struck nothing/);
});
