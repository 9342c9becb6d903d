import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { freePort } from '../../src/server/host/free-port.js';
import { attendee, botRequest } from '../support/room.js';
import { startReceiver } from '../support/receiver.js';
import { eachInFolder } from '../support/folder.js';
import { startService, tenantOf } from '../support/service.js';

let dir: string;
eachInFolder((made) => (dir = made));

const names = (): string[] => fs.readdirSync(dir).toSorted();

describe('A workspace of a service', () => {
  test('ends with its time to live, with its token, its keys and its data', async () => {
    const service = await startService({ dir });
    // What a process loads for its first call takes time of its own.
    await (await service.tenant()).attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
    const tenant = await service.tenant({ ttl: '2s' });
    expect((await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined))).status).toBe(201);
    expect(names()).toContain('ws_2.run.jsonl');
    // The stream of a workspace ends with it.
    const headers = { authorization: `Bearer ${tenant.token}` };
    await (await fetch(`${service.url}/_greenroom/stream`, { headers })).text();
    expect((await tenant.control('GET', '/clock')).status).toBe(401);
    expect((await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined))).status).toBe(401);
    expect((await service.ask('GET', '/workspaces/ws_2')).status).toBe(404);
    await service.stop();
    expect(names()).not.toContain('ws_2.run.jsonl');
  });

  test('outlives the process with its token, its keys, its terms and what its world gave out', async () => {
    const first = await startService({ dir });
    const made = await first.tenant({ owner: 'me', limits: { bots: 7 }, seed: 3 });
    const short = await first.tenant({ ttl: '1s' });
    await made.attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
    await made.control('POST', '/clock/advance', { by: '1h' });
    const before = [await made.control('GET', '/workspaces/self'), await made.control('GET', '/timeline')];
    await first.stop();
    const files = names().map((name) => fs.readFileSync(`${dir}/${name}`, 'utf8'));
    expect(files.join('').includes(made.token)).toBe(false);

    const again = await startService({ dir });
    const tenant = tenantOf(again.url, again.ask, made);
    const after = [await tenant.control('GET', '/workspaces/self'), await tenant.control('GET', '/timeline')];
    const plain = (text: string): string => text.replaceAll(first.url, again.url);
    expect(after.map(({ text }) => text)).toEqual(before.map(({ text }) => plain(text)));
    // Its time is over meanwhile, or is soon.
    await again.ask('GET', '/stream', undefined, { workspace: short.id });
    expect((await again.ask('GET', '/clock', undefined, { token: short.token })).status).toBe(401);
    expect((await again.ask('GET', `/workspaces/${short.id}`)).status).toBe(404);
    await again.stop();
    expect(names()).not.toContain(`${short.id}.run.jsonl`);
  });

  test.skipIf(process.platform === 'win32')(
    'is not told where the service keeps it, when it cannot be kept',
    async () => {
      const service = await startService({ dir });
      const tenant = await service.tenant();
      await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
      fs.rmSync(dir, { recursive: true });
      for (const refused of [
        await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined)),
        await tenant.control('POST', '/clock/advance', { by: '1h' }),
      ]) {
        expect([refused.status, refused.text]).toEqual([507, expect.stringContaining('the service cannot write')]);
        expect(refused.text).not.toContain(dir);
      }
      await service.stop();
    },
  );

  test('has its listener again when the service is started anew, and ends it with itself', async () => {
    const port = await freePort({ reserved: true });
    const first = await startService({ dir, port });
    const { token } = await first.tenant();
    const listener = await (await connectGreenroom(first.url, { token })).listen();
    await first.stop();
    const again = await startService({ dir, port });
    const connect = (): Promise<Greenroom> => connectGreenroom(again.url, { token });
    // fetch may still keep connections to the service that has stopped.
    const room = await connect().catch(connect).catch(connect);
    const receiver = await startReceiver();
    const makeBot = async (): Promise<number> => {
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
      await room.clock.advance({ by: '1m' });
      return receiver.arrivals.length;
    };
    await expect.poll(makeBot, { timeout: 10_000 }).toBeGreaterThan(0);
    await again.ask('DELETE', '/workspaces/ws_1');
    await expect(listener.ended).rejects.toThrow(
      'No more webhooks come from the service: the workspace has come to its end.',
    );
    await again.stop();
    await receiver.close();
  });

  test('is not served from its folder by a server that is not shared, whose keys everybody knows', async () => {
    await (await startService({ dir })).stop();
    await expect(startGreenroom({ data: dir })).rejects.toThrow(
      'it is of a server that was shared, and this one is alone',
    );
    fs.rmSync(dir, { recursive: true });
    await (await startGreenroom({ data: dir })).close();
    await expect(startService({ dir })).rejects.toThrow('it is of a server that was alone, and this one is shared');
  });
});
