import { describe, expect } from 'vitest';
import { knownCalls } from '../../src/contracts/cronofy/known.js';
import { sdk, timelineOf } from '../support/cronofy.js';
import { control, cronofy, test } from '../support/room.js';

describe('A call that Cronofy has and greenroom does not serve', () => {
  test('is answered 404, with a hint and without a violation', async ({ room }) => {
    for (const { method, path } of knownCalls) {
      const called = path.replace(/\{calendar_id\}/, room.cronofy.calendar_id).replace(/\{\w+\}/g, 'x_1');
      const answer = await cronofy(room, method, called, method === 'GET' ? undefined : {});
      expect([method, path, answer.status, answer.text]).toEqual([method, path, 404, '']);
      expect(answer.headers.get('greenroom-hint')).toMatch(
        `Cronofy has ${method} ${path}, and greenroom does not serve it`,
      );
    }
    expect(await timelineOf(room, 'violation')).toEqual([]);
    const lines = (await timelineOf(room, 'request')).filter(({ summary }) => summary.includes('does not serve it'));
    expect(lines).toHaveLength(knownCalls.length);
  });

  test('rejects in the SDK as any 404, and can be answered by a fault rule', async ({ room }) => {
    const client = sdk(room, { access_token: room.cronofy.access_token });
    const invite = { smart_invite_id: 'one', recipient: { email: 'guest@example.com' } };
    await expect(client.createSmartInvite(invite)).rejects.toMatchObject({ statusCode: 404 });
    const rule = { match: { method: 'POST', path: '/v1/smart_invites' }, do: { status: 200, body: invite } };
    await control(room, 'POST', '/faults', { on: 'request', ...rule });
    expect(await client.createSmartInvite(invite)).toEqual(invite);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('is a mistake all the same with a method that Cronofy does not have there', async ({ room }) => {
    const answer = await cronofy(room, 'PATCH', '/v1/attachments', {});
    expect([answer.status, answer.headers.get('greenroom-hint')]).toEqual([404, 'Did you mean POST /v1/attachments?']);
    expect(await timelineOf(room, 'violation')).toHaveLength(1);
  });
});
