import { describe, expect } from 'vitest';
import type { CoverageItem, CoverageKind, CoverageReport } from '../../src/contracts/coverage/coverage.js';
import type { VendorName } from '../../src/contracts/index.js';
import { agentRequest, attendee, botRequest, control, cronofy, test } from './../support/room.js';

const read = async (room: { url: string }, query = ''): Promise<CoverageReport> =>
  (await control(room, 'GET', `/coverage${query}`)).json;

const covered = (report: CoverageReport, provider: VendorName, kind: CoverageKind): [string, string, number][] =>
  report.providers
    .find((one) => one.provider === provider)!
    .kinds[kind].items.filter(({ count }) => count > 0)
    .map(({ name, variant, count }: CoverageItem) => [name, variant, count]);

describe('Coverage', () => {
  test('a room that nobody has called has exercised nothing, and says where to begin', async ({ room }) => {
    const report = await read(room);
    expect(report).toMatchObject({ covered: 0, percent: 0 });
    expect(report.total).toBeGreaterThan(300);
    const first = report.next[0]!;
    expect([first.scenario, first.how]).toEqual([expect.any(String), `Play the scenario "${first.scenario}".`]);
    expect(report.next.flatMap(({ covers }) => covers)).toHaveLength(report.total);
  });

  test('counts statuses, webhooks, edges and reasons of a life', async ({ room, receiver }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await attendee(room, 'GET', '/api/v1/bots/bot_nobody');
    await control(room, 'POST', '/clock/advance', { until: 'idle' });
    const report = await read(room);
    expect(covered(report, 'attendee', 'operations')).toEqual([
      ['createBot', '201', 1],
      ['getBot', '404', 1],
    ]);
    expect(covered(report, 'attendee', 'webhooks')).toContainEqual(['bot.state_change', 'ended', 1]);
    expect(covered(report, 'attendee', 'transitions')).toContainEqual(['joined_meeting', 'joining', 1]);
    expect(covered(report, 'cronofy', 'operations')).toEqual([]);
  });

  test('an agent that cannot join counts its reason', async ({ room, receiver }) => {
    const zoom = agentRequest(receiver.url, { join_url: 'https://zoom.us/j/123456789' });
    await control(room, 'PATCH', '/workspaces/default', { cronofy: { attendee_present: false } });
    await cronofy(room, 'POST', '/v1/meeting_agents', { ...zoom, join_url: 'https://meet.google.com/abc-defg-hij' });
    await control(room, 'POST', '/clock/advance', { until: 'idle' });
    const report = await read(room, '?provider=cronofy');
    expect(report.providers.map(({ provider }) => provider)).toEqual(['cronofy']);
    expect(covered(report, 'cronofy', 'sub_types')).toEqual([['failed', 'attendee_absent', 1]]);
    expect(covered(report, 'cronofy', 'webhooks')).toEqual([
      ['meeting_agent_activated', 'created', 1],
      ['meeting_agent_failed', 'failed', 1],
    ]);
  });

  test('what a suite has done is undone neither by reset nor by the end of its workspaces', async ({ room }) => {
    const { json: made } = await control(room, 'POST', '/workspaces', {});
    await attendee({ ...room, attendee: made.attendee }, 'GET', '/api/v1/bots');
    await control(room, 'DELETE', `/workspaces/${made.id}`);
    await attendee(room, 'GET', '/api/v1/bots');
    await control(room, 'POST', '/reset');
    expect(covered(await read(room), 'attendee', 'operations')).toEqual([['listBots', '200', 2]]);
    expect(covered(await read(room, '?workspace=default'), 'attendee', 'operations')).toEqual([['listBots', '200', 1]]);
  });

  test('playing the scenario that comes next covers what was promised', async ({ room, receiver }) => {
    const promised = (await read(room)).next.find(({ provider }) => provider === 'cronofy')!;
    await control(room, 'PATCH', '/workspaces/default', { scenario: promised.scenario });
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await cronofy(
      room,
      'POST',
      '/v1/meeting_agents',
      agentRequest(receiver.url, { scheduling_key: 'later', join_time: '2026-01-01T09:10:00Z' }),
    );
    await control(room, 'POST', '/clock/advance', { until: 'idle' });
    const { covered: count } = (await read(room)).providers.find(({ provider }) => provider === 'cronofy')!;
    expect(count).toBe(promised.covers.length);
  });

  test('a misspelt vendor is told with the one that was meant', async ({ room }) => {
    expect((await control(room, 'GET', '/coverage?provider=atendee')).json).toMatchObject({
      code: 'INVALID_BODY',
      nearest: 'attendee',
    });
  });
});
