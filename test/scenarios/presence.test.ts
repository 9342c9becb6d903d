import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, control, cronofy, MEET_URL, test, ZOOM_URL } from '../support/room.js';

const JOIN = '2026-01-01T10:00:00Z';
const START = Date.parse(JOIN);

const put = (room: Greenroom, story: object) =>
  control(room, 'PUT', '/scenarios/mine', { description: 'Who is there, and when.', ...story });

async function play(room: Greenroom, story: object): Promise<void> {
  expect((await put(room, story)).status).toBe(201);
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'mine' });
}

const sendBot = async (room: Greenroom, more: object = {}, join_at: string = JOIN): Promise<string> =>
  (await attendee(room, 'POST', '/api/v1/bots', botRequest(join_at, undefined, more))).json.id;

/** Where an agent got to once it had begun to join: seconds after its time, and the state. */
async function lifeOf(room: Greenroom, subject: string): Promise<[number, string][]> {
  const { entries } = (await control(room, 'GET', `/timeline?kind=transition&subject=${subject}`)).json;
  return (entries as { at: string; to: string }[])
    .map(({ at, to }): [number, string] => [(Date.parse(at) - START) / 1000, to])
    .filter(([, to]) => to !== 'activated' && to !== 'staged' && to !== 'joining');
}

/** What both vendors make of a story in which the meeting begins at the agent's time. */
async function tell(room: Greenroom, story: object) {
  await play(room, story);
  // A bot begins to join a little before its time.
  const bot = await sendBot(room, { meeting_url: ZOOM_URL });
  await cronofy(room, 'POST', '/v1/meeting_agents', {
    ...agentRequest(undefined, { join_time: JOIN, scheduling_key: 'k' }),
    join_url: MEET_URL,
  });
  await room.clock.until('idle', { within: '10d' });
  const { entries } = (await control(room, 'GET', '/timeline?kind=transition&subject=scheduling_key:k')).json;
  return {
    bot: await lifeOf(room, bot),
    agent: await lifeOf(room, 'scheduling_key:k'),
    reason: entries.at(-1).sub_type,
  };
}

const FIVE = { ends: { at: '5m' } };
const OUT = [
  [300, 'post_processing'],
  [330, 'ended'],
];

describe('A meeting that ends before an agent is in', () => {
  test.for([
    ['somebody has let it in', 'waiting_room', { lobby: { reached: { after: '2s' }, admitted: { after: '6m' } } }],
    ['somebody has turned it away', 'waiting_room', { lobby: { reached: { after: '2s' }, denied: { after: '6m' } } }],
    ['it has got there', undefined, { lobby: { reached: { after: '6m' } } }],
    ['its host has come', undefined, { starts: { after: '6m' } }],
  ] as const)('ends for it then, with both vendors: before %s', async ([, waits, story], { room }) => {
    const { bot, agent, reason } = await tell(room, { ...story, ...FIVE });
    expect(bot).toEqual([...(waits ? [[2, waits]] : []), ...OUT]);
    expect([agent, reason]).toEqual([[[300, 'failed']], 'meeting_ended']);
  });

  test('ends for it when it is in and may not record yet, and brings nothing of the meeting', async ({ room }) => {
    const speech = { participants: [{ id: 'host' }], speech: { utterances: 3 } };
    const { bot, agent } = await tell(room, { ...speech, ...FIVE, recording: { allowed: { after: '6m' } } });
    expect(bot.slice(-3)).toEqual([[4, 'joined_not_recording'], ...OUT]);
    expect(agent).toEqual([
      [4, 'joined'],
      [330, 'complete'],
    ]);
  });

  test('ends last of what happens in one instant', async ({ room }) => {
    const { bot, agent } = await tell(room, {
      lobby: { reached: { after: '0s' }, admitted: { after: '5m' } },
      ...FIVE,
    });
    expect(bot.slice(-3)).toEqual([[300, 'joined_not_recording'], ...OUT]);
    expect(agent).toEqual([
      [300, 'joined'],
      [330, 'complete'],
    ]);
  });

  test('ends for whoever comes late, too', async ({ room }) => {
    await play(room, FIVE);
    // Bots of Google Meet begin to join five seconds before their time.
    const [first, second] = [await sendBot(room), await sendBot(room, {}, '2026-01-01T10:04:58Z')];
    await room.clock.until('idle');
    expect((await lifeOf(room, first)).at(-2)).toEqual([295, 'post_processing']);
    expect(await lifeOf(room, second)).toEqual([
      [295, 'post_processing'],
      [325, 'ended'],
    ]);
  });

  test('never ends for who waits for a host that does not come', async ({ room }) => {
    expect((await tell(room, { starts: 'never', ...FIVE })).reason).toBe('host_never_came');
  });
});

describe('Somebody who is not in the meeting', () => {
  const people = [
    { id: 'host', name: 'Ada', joins: { at: '1m' }, leaves: { at: '3m' } },
    { id: 'guest', name: 'Bo', joins: { after: '1m', of: 'host.joins' } },
  ];
  const says = { by: 'host', says: 'Hello.' };
  const HOST = 'a moment while "host" is in the meeting, from 1m on and before 3m';

  test.for([
    ['speaks before they join', { speech: [{ ...says, at: '59s' }] }, '/speech/0/at', HOST, '59s'],
    ['speaks after they leave', { speech: [{ ...says, from_end: '1m' }] }, '/speech/0/from_end', HOST, '4m'],
    ['speaks as they leave', { speech: [{ ...says, after: '0s', of: 'host.leaves' }] }, '/speech/0/after', HOST, '3m'],
    [
      'writes before they join',
      { chat: [{ at: '90s', by: 'guest', says: 'Hi.' }] },
      '/chat/0/at',
      'a moment while "guest" is in the meeting, from 2m on',
      '1m30s',
    ],
    ['throws the agent out', { agents: [{ removed: { at: '4m', by: 'host' } }] }, '/agents/0/removed/at', HOST, '4m'],
    [
      'leaves before they join',
      { participants: [{ id: 'x', joins: { at: '2m' }, leaves: { at: '1m' } }] },
      '/participants/0/leaves/at',
      'a moment after "x" has joined at 2m',
      '1m',
    ],
  ] as const)('is refused with the place: %s', async ([, story, pointer, expected, was], { room }) => {
    const { status, json } = await put(room, { participants: people, ...FIVE, ...story });
    expect([status, json]).toEqual([
      422,
      expect.objectContaining({ code: 'INVALID_SCENARIO', pointer, expected, was }),
    ]);
  });

  test('is told of for as long as they are there, and cut off as they leave', async ({ room }) => {
    const speech = [
      { ...says, at: '1m', says: 'I come.' },
      { ...says, at: '2m58s', says: 'I go now.', lasts: '3s' },
    ];
    await play(room, { participants: people, speech, chat: [{ ...says, at: '179s' }], ...FIVE });
    const bot = await sendBot(room, { meeting_url: ZOOM_URL });
    await room.clock.until('idle');
    const read = async (what: string) => (await attendee(room, 'GET', `/api/v1/bots/${bot}/${what}`)).json;
    const words = (await read('transcript')) as { transcription: { transcript: string } }[];
    expect(words.map(({ transcription }) => transcription.transcript)).toEqual(['I come.', 'I go']);
    expect((await read('chat_messages')).results).toHaveLength(1);
  });

  test('does not speak where speech is made up: those who are there take turns, and nobody speaks to nobody', async ({
    room,
  }) => {
    await play(room, {
      participants: people.map((who) => ({ leaves: { at: '4m' }, ...who })),
      speech: { utterances: 9 },
      ...FIVE,
    });
    const bot = await sendBot(room, { meeting_url: ZOOM_URL });
    await room.clock.until('idle');
    const words = (await attendee(room, 'GET', `/api/v1/bots/${bot}/transcript`)).json;
    const told = words.map(({ speaker_name, timestamp_ms }: { speaker_name: string; timestamp_ms: number }) => [
      (timestamp_ms - START) / 1000,
      speaker_name,
    ]);
    expect(told).toEqual([
      [60, 'Ada'],
      [90, 'Ada'],
      [120, 'Ada'],
      [150, 'Bo'],
      [180, 'Bo'],
      [210, 'Bo'],
    ]);
  });
});
