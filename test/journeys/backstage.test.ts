import { describe, expect } from 'vitest';
import { AGENT_EVENTS } from '../../src/contracts/cronofy/backstage.js';
import { agentRequest, attendee, botRequest, control, cronofy, test } from '../support/room.js';

describe('The backstage door', () => {
  test.for([
    [{ kind: 'event', bot: 'x', event: 'explode' }, '/event'],
    [{ kind: 'event', bot: 'x' }, '/event'],
    [{ kind: 'heartbeat', bot: 5 }, '/bot'],
    [{ kind: 'heartbeat', bot: 'x', loud: true }, '/loud'],
    [{ kind: 'utterance', bot: 'x', participant: { name: 'A' }, timestamp_ms: 1, duration_ms: 1 }, '/participant/uuid'],
    [{ kind: 'receiver', url: 'https://a.example', answers: ['maybe'] }, '/answers/0'],
    [{ kind: 'project', credits: 'many' }, '/credits'],
    [{ kind: 'agent_event', agent: 'x', event: 'explode' }, '/event'],
    [
      { kind: 'agent_event', agent: 'x', event: 'complete', transcript: { summary: 5, paragraphs: [] } },
      '/transcript/summary',
    ],
    [{ kind: 'authorize' }, '/email'],
    [{ kind: 'profile_disconnected', mail: 'x' }, '/mail'],
  ] as const)('refuses what makes no sense, and points at it: %j', async ([body, pointer], { room }) => {
    const { status, json } = await control(room, 'POST', '/backstage', body);
    expect([status, json.code, json.pointer]).toEqual([422, 'INVALID_BODY', pointer]);
    expect(await room.timeline({ as: 'text' })).toBe('');
  });

  test('refuses an illegal event and names the legal ones, for either vendor', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const theirs = await control(room, 'POST', '/backstage', { kind: 'event', bot: bot.id, event: 'joined_meeting' });
    expect([theirs.status, theirs.json.code, theirs.json.legal]).toEqual([409, 'REFUSED', ['staged', 'fatal_error']]);
    const later = { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' };
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, later));
    const agent = { kind: 'agent_event', agent: { scheduling_key: 'k' } };
    const ours = await control(room, 'POST', '/backstage', { ...agent, event: 'complete' });
    expect([ours.status, ours.json.legal]).toEqual([409, ['activated', 'failed', 'cancelled']]);
    const nobody = await control(room, 'POST', '/backstage', { kind: 'agent_event', agent: 'agt_x', event: 'failed' });
    expect([nobody.status, nobody.json.detail]).toEqual([409, 'no agent "agt_x"']);
  });

  test('drives every event of an agent', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { scenario: 'manual' });
    const states: string[] = [];
    for (const last of AGENT_EVENTS) {
      const { sub } = (await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest())).json.meeting_agent;
      const ways = { activated: [], joined: ['activated'], complete: ['activated', 'joined'], failed: [] }[last];
      for (const event of [...ways, last]) await room.backstage({ kind: 'agent_event', agent: sub, event });
      const { json } = await control(room, 'GET', `/timeline?kind=transition&subject=${sub}`);
      states.push(json.entries.at(-1).to);
    }
    expect(states).toEqual(['activated', 'joined', 'complete', 'failed']);
  });

  test('takes a number in its written form', async ({ room }) => {
    await room.backstage({ kind: 'project', credits: { $float: '-2.0' } });
    const { status, json } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    expect([status, json.error]).toEqual([400, expect.stringContaining('run out of credits')]);
  });
});
