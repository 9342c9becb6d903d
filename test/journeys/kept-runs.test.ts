import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectGreenroom, createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { Project } from '../support/project.js';
import { botRequest } from '../support/room.js';
import { COMMAND, startProcess } from '../support/server.js';

const ROOT = dirname(dirname(dirname(COMMAND)));
const APP = 'https://app.test';

/** A project in which greenroom is installed. */
function projectWith(files: Readonly<Record<string, string>>): Project {
  const project = new Project({ 'package.json': '{"type": "module"}', ...files });
  mkdirSync(join(project.folder, 'node_modules'));
  symlinkSync(ROOT, join(project.folder, 'node_modules/greenroom'), 'junction');
  return project;
}

async function makeBot(room: Greenroom, hook?: string): Promise<string> {
  const response = await room.fetch('/api/v1/bots', {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify(botRequest('2026-01-01T10:00:00Z', hook)),
  });
  return ((await response.json()) as { id: string }).id;
}

const BOT = `export const makeBot = (room) => room.fetch('/api/v1/bots', {
  method: 'POST',
  headers: { authorization: 'Token ' + room.attendee.api_key, 'content-type': 'application/json' },
  body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' }),
});\n`;

const NODE_TEST = `import test from 'node:test';
import { testRoom, withRoom } from 'greenroom/testing';
import { makeBot } from './bot.js';

for (const fails of [true, true, false])
  test('keeps: its run/../', async (t) => {
    const room = await testRoom(t);
    await makeBot(room);
    if (fails) throw new Error('the app is not finished');
  });
test('with a wrapper', withRoom(async (room) => {
  await makeBot(room);
  throw new Error('the app is not finished');
}));\n`;

describe('The run of a failed test', () => {
  test('is kept where GREENROOM_ARTEFACTS says, under the name of the test, and replay shows it', () => {
    using project = projectWith({ 'bot.js': BOT, 'a.test.js': NODE_TEST });
    const env = { GREENROOM_ARTEFACTS: 'kept/here' };
    const { stderr } = project.run(process.execPath, ['a.test.js'], { env });
    const told = stderr.split('\n').filter((line) => line.startsWith('The run of'));
    expect(told).toEqual([
      `The run of "keeps: its run/../" is kept: greenroom replay ${join('kept/here', 'keeps-its-run.run.jsonl')}`,
      `The run of "keeps: its run/../" is kept: greenroom replay ${join('kept/here', 'keeps-its-run-2.run.jsonl')}`,
      `The run of "with a wrapper" is kept: greenroom replay ${join('kept/here', 'with-a-wrapper.run.jsonl')}`,
    ]);
    const kept = readdirSync(join(project.folder, 'kept/here'));
    expect(kept.sort()).toEqual(
      ['keeps-its-run-2', 'keeps-its-run', 'with-a-wrapper'].flatMap((name) => [
        `${name}.run.jsonl`,
        `${name}.timeline.html`,
      ]),
    );
    for (const file of process.platform === 'win32' ? [] : kept)
      expect(statSync(join(project.folder, 'kept/here', file)).mode & 0o777).toBe(0o600);
    const page = readFileSync(join(project.folder, 'kept/here/keeps-its-run.timeline.html'), 'utf8');
    expect(/<title>.*?<\/title>/.exec(page)?.[0]).toBe('<title>keeps: its run/../ (ws_1) · greenroom</title>');
    expect(page).toContain('POST /api/v1/bots');
    const { code, stdout } = project.greenroom('replay', 'kept/here/keeps-its-run-2.run.jsonl');
    expect([code, stdout]).toEqual([0, expect.stringContaining('POST /api/v1/bots → 201')]);
  });

  test('is not kept where nobody asks for it, and its own failure hides no other', () => {
    using project = projectWith({ 'bot.js': BOT, 'a.test.js': NODE_TEST, taken: '' });
    const before = readdirSync(project.folder);
    expect(project.run(process.execPath, ['a.test.js']).stderr).not.toContain('The run of');
    const { code, stdout, stderr } = project.run(process.execPath, ['a.test.js'], {
      env: { GREENROOM_ARTEFACTS: 'taken' },
    });
    expect(stderr).toMatch(
      /The run of "keeps: its run\/..\/" is not kept in taken, which GREENROOM_ARTEFACTS names: a file has its name, /,
    );
    expect([code, stdout]).toEqual([1, expect.stringContaining('the app is not finished')]);
    expect(readdirSync(project.folder)).toEqual(before);
  });

  test('is exported from a running server', async () => {
    using project = new Project();
    const server = await startProcess('--clock', 'frozen');
    const room = await connectGreenroom(server.url);
    await makeBot(room, `${APP}/hook`);
    await room.clock.advance({ by: '2h' });
    const { stdout } = project.greenroom('export', 'run', '--url', room.url, '--out', 'a.jsonl');
    expect(stdout).toBe('1 file written to a.jsonl\n');
    expect((await project.runHere('replay', 'a.jsonl')).stdout).toContain(await room.timeline({ as: 'text' }));
    const extra = await project.runHere('export', 'run', 'b.jsonl', '--url', room.url);
    expect([extra.code, extra.stderr]).toEqual([2, expect.stringContaining('expected no name, was "b.jsonl"')]);
    await server.stop();
  });
});

describe('A greenroom that goes on with a run', () => {
  const live = async (room: Greenroom): Promise<string> => {
    const bot = await makeBot(room, `${APP}/hook`);
    await room.clock.advance({ by: '58m' });
    return bot;
  };

  test('is as it was at its end, knows its bots, and delivers to the receivers of its own', async () => {
    await using first = await createGreenroom({ receivers: { [APP]: () => new Response() }, seed: 5 });
    const bot = await live(first);
    using project = new Project({ 'a.jsonl': await first.run() });
    const arrived: string[] = [];
    const receive = async (request: Request): Promise<Response> => {
      arrived.push(await request.text());
      return new Response();
    };
    await using room = await createGreenroom({ run: `${project.folder}/a.jsonl`, receivers: { [APP]: receive } });
    expect(await room.timeline({ as: 'text' })).toBe(await first.timeline({ as: 'text' }));
    expect(arrived).toEqual([]);
    for (const each of [first, room]) await each.clock.until({ subject: bot, state: 'ended' });
    expect(await room.timeline({ as: 'text' })).toBe(await first.timeline({ as: 'text' }));
    expect(arrived.length).toBeGreaterThan(3);
    project.write('b.jsonl', await room.run());
    await using third = await createGreenroom({ run: `${project.folder}/b.jsonl` });
    expect(await third.timeline({ as: 'text' })).toBe(await first.timeline({ as: 'text' }));
  });

  test('delivers to receivers that were not there when it was written, and goes back no further than its end', async () => {
    await using first = await createGreenroom();
    const bot = await live(first);
    using project = new Project({ 'a.jsonl': await first.run() });
    const run = `${project.folder}/a.jsonl`;
    const arrived: string[] = [];
    const receive = async (request: Request): Promise<Response> => {
      arrived.push(await request.text());
      return new Response();
    };
    await using room = await createGreenroom({ run, receivers: { [APP]: receive } });
    const was = await first.timeline({ as: 'text' });
    expect(was).toContain('captured');
    expect(await room.timeline({ as: 'text' })).toBe(was);
    await room.checkpoint('opened');
    await room.clock.until({ subject: bot, state: 'ended' });
    const count = arrived.length;
    expect(count).toBeGreaterThan(3);
    await room.clock.rewind({ checkpoint: 'opened' });
    expect(await room.timeline({ as: 'text' })).toBe(was);
    await room.clock.until({ subject: bot, state: 'ended' });
    expect(arrived.slice(count)).toEqual(arrived.slice(0, count));
    await expect(room.clock.rewind({ to: '2026-01-01T09:30:00Z' })).rejects.toThrow(
      'the history of this world begins at 2026-01-01T09:58:00Z',
    );
  });

  test('on a port takes no option that the run decides', async () => {
    await using first = await createGreenroom();
    using project = new Project({ 'a.jsonl': await first.run() });
    const run = `${project.folder}/a.jsonl`;
    await using room = await startGreenroom({ run });
    expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
    for (const option of [{ seed: 2 }, { data: 'kept' }, { forwardTo: 'http://localhost:1' }, { strict: true }])
      await expect(startGreenroom({ run, ...option })).rejects.toThrow(
        `expected no option "${Object.keys(option)[0]}", for the run says what it is`,
      );
    await expect(startGreenroom({ run: `${run}.gone` })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

test('A snapshot that is put back ends the holds of the clock', async () => {
  await using room = await createGreenroom();
  const snapshot = await room.snapshot();
  const hold = await room.clock.hold({ reason: 'the app works' });
  await room.restore(snapshot);
  await room.clock.advance({ by: '1h' });
  await expect(hold.release()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await room.timeline()).entries).toEqual([]);
});
