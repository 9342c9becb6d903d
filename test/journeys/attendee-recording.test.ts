import { describe, expect } from 'vitest';
import { attendee, botRequest, control, test } from '../support/room.js';

describe('The recording of an Attendee bot', () => {
  test('is behind a link to another origin, for half an hour, without the token of the API', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    const at = `/api/v1/bots/${bot.id}/recording`;
    expect((await attendee(room, 'GET', at)).json).toEqual({ error: 'No recording file found for bot' });
    await room.clock.until({ subject: bot.id, state: 'ended' });
    const { url } = (await attendee(room, 'GET', at)).json;
    expect(new URL(url).hostname).toBe('localhost');

    const file = await fetch(url);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(4, 8)
        .toString(),
    ).toBe('ftyp');

    const withToken = await fetch(url, { headers: { authorization: `Token ${room.attendee.api_key}` } });
    expect(withToken.status).toBe(400);
    const forged = await fetch(url.replace(/signature=\w+/, 'signature=0'));
    expect(forged.status).toBe(403);
    await room.clock.advance({ by: '30m' });
    expect((await fetch(url)).status).toBe(403);
    const violations = (await control(room, 'GET', '/timeline?kind=violation')).json.entries;
    expect(violations.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
  });
});
