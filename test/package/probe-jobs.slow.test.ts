import { expect, test } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { runCommand } from '../support/server.js';
import { job, joinRoom } from '../support/spoken-process.js';

test('a job that no worker takes is named, and those of its queue are not waited for until one is taken', async () => {
  await using room = await startGreenroom();
  const app = await joinRoom(room, 1);
  const put = async (id: string): Promise<void> => {
    app.say({ put: job(id) });
    await room.clock.advance({ by: '1h' });
  };
  const asked = app.isAsked();
  app.say({ put: job('a') });
  await asked;
  await room.clock.advance({ by: '1h' });
  await put('b');
  const { entries } = await room.timeline({ kind: 'note' });
  expect(entries).toEqual([
    expect.objectContaining({
      topic: 'probe',
      text: expect.stringMatching(/^The job leave \(a\) has waited in the queue late for 10 s, and no worker .*/),
    }),
  ]);
  app.leave();
}, 30_000);

/** A process in lockstep, and without a probe: it says itself what one does. */
const LED = `
  const [secret, path] = process.env.GREENROOM_PROBE.split('@');
  const socket = require('node:net').connect(path);
  const say = (message) => socket.write(JSON.stringify({ probe: 1, ...message }) + '\\n');
  const at = Number(process.hrtime.bigint()) / 1e6;
  say({ hello: { secret, pid: 1, thread: 0, led: true } });
  say({ put: { id: 'a', queue: 'the queue late', at } });
  require('node:readline').createInterface(socket).on('line', async (line) => {
    const { ask, welcome } = JSON.parse(line);
    if (ask) say({ rest: ask, seen: 0, stirs: 0, started: [], timers: [], life: 'nothing' });
    if (!welcome) return;
    const url = process.env.GREENROOM_URL + '/_greenroom/';
    await fetch(url + 'clock/advance', { method: 'POST', body: '{"by":"1h"}', headers: { 'content-type': 'application/json' } });
    const { entries } = await (await fetch(url + 'timeline?kind=note')).json();
    console.log(JSON.stringify(entries.map(({ text }) => text)));
    process.exit();
  });`;

test('in lockstep a job whose worker may wait for time is not waited for', async () => {
  const flags = ['exec', '--quiet', '--lockstep', '--clock', 'frozen', '--'];
  const { stdout, stderr } = await runCommand([...flags, 'env', '-u', 'NODE_OPTIONS', process.execPath, '-e', LED]);
  expect([stderr, stdout]).toEqual(['', '[]\n']);
});
