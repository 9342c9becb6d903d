import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a program with rooms of its own ends, and what it says. */
const run = (program: string) =>
  new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const text = `import { createGreenroom } from 'greenroom';\n${program}`;
    execFile(process.execPath, ['--input-type=module', '-e', text], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

const BOT = `const post = (room, more) => room.fetch('/api/v1/bots', {
  method: 'POST',
  headers: { authorization: 'Token ' + room.attendee.api_key, 'content-type': 'application/json' },
  body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', ...more }),
});`;

describe('A process whose rooms have no socket', () => {
  test.concurrent.each([
    [
      'an advance that a hold keeps',
      `const room = await createGreenroom();
       const hold = await room.clock.hold({ reason: 'the import' });
       setTimeout(() => hold.release(), 300).unref();
       console.log((await room.clock.advance({ by: '1m' })).to);`,
      '2026-01-01T09:01:00Z',
    ],
    [
      'a receiver that never answers',
      `${BOT} const never = () => new Promise(() => undefined);
       const room = await createGreenroom({ receivers: { 'https://app.test': never } });
       await post(room, { webhooks: [{ url: 'https://app.test/hooks', triggers: ['bot.state_change'] }] });
       const { deliveries } = await room.deliveries.list();
       console.log((await room.clock.advance({ by: '6s' })).to, deliveries.length);`,
      '2026-01-01T09:00:06Z 1',
    ],
    [
      'the answer of a vendor that comes late',
      `${BOT} const room = await createGreenroom();
       await room.faults.add({ on: 'request', do: { delay: 300 } });
       console.log((await post(room)).status);`,
      '201',
    ],
  ])('lives as long as its code waits for %s', async (_, program, said) => {
    expect(await run(program)).toEqual({ code: 0, stdout: `${said}\n`, stderr: '' });
  });

  test.concurrent.each(['frozen', 'auto', 'live'])(
    'ends when its code is over, on a clock that is %s',
    async (mode) => {
      const { code, stdout } = await run(`${BOT}
      const room = await createGreenroom({ clock: { mode: '${mode}' } });
      await post(room);
      await room.clock.hold();
      console.log('over');`);
      expect([code, stdout]).toEqual([0, 'over\n']);
    },
  );

  test.concurrent(
    'ends in lockstep when nobody is left who could move time, and says so if its code waits',
    async () => {
      const room = `await createGreenroom({ lockstep: true }); setInterval(() => undefined, 1000);`;
      expect(await run(room)).toEqual({ code: 0, stdout: '', stderr: '' });
      const { code, stderr } = await run(`${room} await new Promise((resolve) => setTimeout(resolve, 60_000));`);
      expect([code, stderr]).toEqual([13, expect.stringMatching(/while its code waits for timers.*nobody advances/)]);
    },
  );
});
