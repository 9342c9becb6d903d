import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { connectGreenroom, createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { Project } from '../support/project.js';
import { startReceiver } from '../support/receiver.js';
import { agentRequest, botRequest } from '../support/room.js';
import { COMMAND, type Ready } from '../support/server.js';

const APP = 'https://app.test';
const receivers = { [APP]: () => new Response('thanks') };

async function post(room: Greenroom, path: string, body: object): Promise<{ readonly id: string }> {
  const authorization = path.startsWith('/api/')
    ? `Token ${room.attendee.api_key}`
    : `Bearer ${room.cronofy.client_secret}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await room.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as { readonly id: string };
}

/** A bot and an agent to their ends, with a retry, a fault and a rewind. */
async function live(room: Greenroom, hook: string): Promise<void> {
  await room.faults.add({ on: 'delivery', match: { state: 'joining' }, do: { answers: [500] } });
  const bot = await post(room, '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', hook));
  await post(room, '/v1/meeting_agents', agentRequest(hook));
  await room.clock.advance({ by: '10m' });
  await room.checkpoint('here');
  await room.clock.advance({ by: '4h' });
  await room.clock.rewind({ checkpoint: 'here' });
  await room.patch({ scenario: 'manual' });
  await room.clock.until({ subject: bot.id, state: 'ended' });
}

/** A project with the run of a room, and the timeline of that. */
async function runOf(
  play: (room: Greenroom) => Promise<unknown>,
  options: Parameters<typeof createGreenroom>[0] = {},
): Promise<{ readonly project: Project; readonly timeline: string }> {
  await using room = await createGreenroom(options);
  await play(room);
  const project = new Project({ 'failed.jsonl': await room.run() });
  return { project, timeline: await room.timeline({ as: 'text' }) };
}

/** Starts `greenroom replay --serve`; stopped by `using`. */
async function serve(project: Project, ...args: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, 'replay', 'failed.jsonl', '--serve', '--port', '0', ...args], {
    cwd: project.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (/\}\n$|Ctrl-C ends it\.\n$/.test(text)) break;
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { text, [Symbol.asyncDispose]: stop };
}

describe('A run that somebody attached', () => {
  test('prints the timeline of its room, byte for byte, and where it ended', async () => {
    const { project, timeline } = await runOf((room) => live(room, `${APP}/hook`), { receivers, seed: 7 });
    using _ = project;
    const { code, stdout, stderr } = project.greenroom('replay', 'failed.jsonl');
    const last = stdout.trimEnd().split('\n').at(-1)!;
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout.slice(0, -last.length - 1)).toBe(timeline);
    expect(last).toMatch(/^The run ends 2026-01-01T1\d:\S+Z, line \d+; greenroom 0\.1\.0 wrote it\.$/);
  });

  test('is that of the workspace that wrote it, with its receivers', async () => {
    await using server = await createGreenroom();
    const room = await server.workspace({ seed: 3, receivers });
    await live(room, `${APP}/hook`);
    using project = new Project({ 'failed.jsonl': await room.run() });
    expect((await project.runHere('replay', 'failed.jsonl')).stdout).toContain(await room.timeline({ as: 'text' }));
  });

  test('prints what had happened up to an instant, as lines or as JSON', async () => {
    const { project, timeline } = await runOf((room) => live(room, `${APP}/hook`), { receivers });
    using _ = project;
    const until = ['replay', 'failed.jsonl', '--until', '2026-01-01T09:58:00Z'];
    const { stdout } = await project.runHere(...until);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^The run is shown up to 2026-01-01T09:58:00Z, line \d+;/);
    expect(lines.length).toBeGreaterThan(8);
    expect(timeline.startsWith(lines.slice(0, -1).join('\n'))).toBe(true);
    const asJson = await project.runHere(...until, '--json');
    expect(asJson.stderr).toBe(`${lines.at(-1)}\n`);
    expect((JSON.parse(asJson.stdout) as { entries: object[] }).entries).toHaveLength(lines.length - 1);
  });

  test('is served as it was, frozen, to be asked, moved on and gone back in; nothing is sent again', async () => {
    const receiver = await startReceiver();
    const story = async (room: Greenroom): Promise<void> => {
      await post(room, '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', `${APP}/hook`));
      await post(room, '/v1/meeting_agents', agentRequest(receiver.url));
      await room.clock.advance({ by: '2h' });
    };
    const { project } = await runOf(story, {
      receivers,
      cronofy: { client_secret: 'CRN_own' },
      clock: { mode: 'auto' },
    });
    using _ = project;
    const sent = receiver.arrivals.length;
    expect(sent).toBeGreaterThan(1);
    {
      await using server = await serve(project, '--until', '2026-01-01T09:58:00Z', '--json');
      const { url, cronofy } = JSON.parse(server.text) as Ready;
      expect(cronofy.client_secret).toBe('CRN_own');
      const room = await connectGreenroom(url);
      expect(await room.clock.now()).toBe('2026-01-01T09:58:00Z');
      expect(await (await room.fetch('/_greenroom/clock')).json()).toMatchObject({ mode: 'frozen' });
      await room.clock.advance({ by: '10m' });
      const { deliveries } = await room.deliveries.list({ provider: 'attendee', status: 'captured' });
      expect(deliveries.map(({ state }) => state)).toContain('joined_recording');
      expect(await room.timeline({ as: 'text' })).toContain(
        `a function of the process that made the run received what is for ${APP}, and it is not here`,
      );
      const before = await room.timeline({ as: 'text' });
      await room.checkpoint('now');
      await room.clock.rewind({ to: '2026-01-01T09:30:00Z' });
      await room.clock.rewind({ checkpoint: 'now' });
      expect(await room.timeline({ as: 'text' })).toBe(before);
    }
    expect(receiver.arrivals.filter(({ body }) => body.includes('meeting_agent_activated'))).toHaveLength(1);
    await receiver.close();
  });

  test('sends nothing to a host that was open where it was made, and says why', async () => {
    const hook = 'http://203.0.113.7/hook';
    const story = (room: Greenroom) => post(room, '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', hook));
    const { project } = await runOf(story, { allowHosts: ['203.0.113.7'] });
    using _ = project;
    await using server = await serve(project);
    expect(server.text).toContain('serves a run as it was');
    const room = await connectGreenroom(/http:\S+(?=\/_greenroom)/.exec(server.text)![0]);
    await room.clock.advance({ by: '2h' });
    const { deliveries } = await room.deliveries.list();
    expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set(['captured']));
    expect(await room.timeline({ as: 'text' })).toContain('203.0.113.7 was open where the run was made');
  });

  test('is the only one of a folder, or is named among several', async () => {
    using project = new Project();
    const dir = `${project.folder}/kept`;
    const room = await startGreenroom({ data: dir });
    await post(room, '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.clock.advance({ by: '2h' });
    const timeline = await room.timeline({ as: 'text' });
    expect((await project.runHere('replay', 'kept')).stdout).toContain(timeline);
    await room.workspace({ id: 'second' });
    const { code, stderr } = await project.runHere('replay', 'kept');
    expect(stderr).toBe(
      'Failed to open the run kept: it holds 2 runs: default.run.jsonl, second.run.jsonl. Name one of them, such as kept/default.run.jsonl.\n',
    );
    expect(code).toBe(2);
    expect((await project.runHere('replay', 'kept/default.run.jsonl')).stdout).toContain(timeline);
    await room.close();
    project.write('empty/');
    expect((await project.runHere('replay', 'empty')).stderr).toContain(
      'it holds no run, which is a file that ends with .run.jsonl',
    );
  });

  test('whose last line was never finished is shown without it, and the file stays as it is', async () => {
    const { project, timeline } = await runOf((room) => live(room, `${APP}/hook`), { receivers });
    using _ = project;
    const torn = `${project.read('failed.jsonl')}{"at":[3,`;
    project.write('failed.jsonl', torn);
    const { stdout, stderr } = await project.runHere('replay', 'failed.jsonl');
    expect(stderr).toBe('The last line of failed.jsonl was never finished: its 9 bytes are left out.\n');
    expect(stdout).toContain(timeline);
    expect(project.read('failed.jsonl')).toBe(torn);
  });

  test('that needs a vendor or a scenario file says so, and is opened with it', async () => {
    const scenario = { description: 'Nothing happens.', plays: false };
    using own = new Project({ 'mine/quiet.json': scenario });
    const { project, timeline } = await runOf(
      (room) => post(room, '/api/v1/bots', botRequest('2026-01-01T10:00:00Z')),
      { scenarios: `${own.folder}/mine`, scenario: 'quiet' as never },
    );
    using _ = project;
    const { code, stderr } = await project.runHere('replay', 'failed.jsonl');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Failed to open the run failed\.jsonl, .*"quiet".* Give the folder .* with --scenarios/);
    expect((await project.runHere('replay', 'failed.jsonl', '--scenarios', `${own.folder}/mine`)).stdout).toContain(
      timeline,
    );
    project.write('failed.jsonl', project.read('failed.jsonl').replace('"vendors":["', '"vendors":["crm","'));
    expect((await project.runHere('replay', 'failed.jsonl')).stderr).toContain(
      'it needs the vendor "crm". Give the settings file that has it with --config',
    );
  });

  test('that does not become what it was is shown up to there, with the reason', async () => {
    const { project, timeline } = await runOf((room) => live(room, `${APP}/hook`), { receivers });
    using _ = project;
    const lines = project.read('failed.jsonl').split('\n');
    const fault = lines.findIndex((line) => line.includes('"path":"/_greenroom/faults"'));
    project.write('failed.jsonl', lines.toSpliced(fault, 1).join('\n'));
    const { code, stdout, stderr } = await project.runHere('replay', 'failed.jsonl');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^Failed to open the run failed\.jsonl.*live the history/),
    ]);
    expect(stdout.split('\n').length).toBeGreaterThan(8);
    expect(timeline).toContain(stdout.split('\n').slice(0, 8).join('\n'));
    const served = await project.runHere('replay', 'failed.jsonl', '--serve', '--port', '0');
    expect([served.code, served.stderr]).toEqual([1, expect.stringContaining('--until serves it as it was before')]);
  });

  test('is refused with the place of what is wrong', async () => {
    const { project } = await runOf((room) => room.clock.advance({ by: '1h' }));
    using _ = project;
    const whole = project.read('failed.jsonl');
    const [head = '', ...rest] = whole.split('\n');
    const change = (changes: object): string =>
      [JSON.stringify({ ...JSON.parse(head), ...changes }), ...rest].join('\n');
    project.write('text.jsonl', 'hello\n');
    project.write('broken.jsonl', `${whole}{"at":[0,\n`);
    project.write('format.jsonl', change({ format: 99, greenroom: '9.0.0' }));
    project.write('headless.jsonl', rest.join('\n'));
    project.write('bare.jsonl', '{"greenroom":"0.1.0","format":1}\n');
    project.write('null.jsonl', 'null\n');
    project.write('nothing.jsonl', '');
    project.write('options.jsonl', change({ workspace: { number: 0, options: { clock: { mode: 'fast' } } } }));
    const cases: readonly (readonly [args: readonly string[], told: string])[] = [
      [[], 'expected one file of a run, was none'],
      [['failed.jsonl', 'other.jsonl'], 'was also "other.jsonl"'],
      [['nowhere.jsonl'], 'Failed to open the run nowhere.jsonl: there is no such file or folder.'],
      [['text.jsonl'], 'at text.jsonl, line 1, expected a line of a run as greenroom writes it'],
      [['broken.jsonl'], `at broken.jsonl, line ${whole.split('\n').length}, expected a line of a run`],
      [['format.jsonl'], 'line 1, expected the format 2, was 99 of greenroom "9.0.0": use that version to read it'],
      [['headless.jsonl'], 'expected a first line {"greenroom": …}'],
      [['bare.jsonl'], 'at bare.jsonl, line 1, at /workspace, expected'],
      [['null.jsonl'], 'line 1, expected a line of a run'],
      [['nothing.jsonl'], 'expected a first line {"greenroom": …}'],
      [['options.jsonl'], 'at /clock/mode, expected'],
      [['failed.jsonl', '--until', 'noon'], 'Failed to read --until: expected an instant'],
      [['failed.jsonl', '--until', '2026-01-01T10:00:01Z'], 'to 2026-01-01T10:00:00Z, when it ends, was'],
      [['failed.jsonl', '--until', '2026-01-01T08:59:59Z'], 'expected an instant from 2026-01-01T09:00:00Z, when it'],
      [['failed.jsonl', '--until', '2026-01-01T10:00:01Z', '--serve'], 'when it ends, was'],
    ];
    for (const [args, told] of cases) {
      const { code, stdout, stderr } = await project.runHere('replay', ...args);
      expect([args, stdout, stderr, code]).toEqual([args, '', expect.stringContaining(told), 2]);
    }
  });

  test('is refused with the line and the place of what greenroom does not write', async () => {
    const { project } = await runOf((room) => live(room, `${APP}/hook`), { receivers });
    using _ = project;
    const lines = project.read('failed.jsonl').split('\n');
    const cases: readonly (readonly [was: string | RegExp, is: string, told: string])[] = [
      ['"outcome":"answered"', '"outcome":"lost"', 'at /input/answer/outcome, expected one of "answered"'],
      [/"answer":\{[^}]*\},?/, '', 'at /input/answer, expected object with "outcome", was missing'],
      ['"kind":"answer"', '"kind":"oracle"', 'at /input/kind, expected one of "call"'],
      ['"query":""', '"query":0', 'at /input/request/query, expected string, was 0'],
      [/"at":\[\d+,\d+/, '"at":[0,1e300', 'at /at/1, expected integer from'],
      [/"at":\[\d+/, '"at":[null', 'at /at/0, expected integer'],
      ['"content-type":"application/json"', '"content-type":5', 'at /are/content-type, expected string, was 5'],
      ['"maxBody":', '"maxBody":-', 'at /server/maxBody, expected integer'],
    ];
    for (const [was, is, told] of cases) {
      const at = lines.findIndex((line) => line.search(was) >= 0);
      project.write('failed.jsonl', lines.with(at, lines[at]!.replace(was, is)).join('\n'));
      const { code, stdout, stderr } = await project.runHere('replay', 'failed.jsonl');
      const sentence = `Failed to read the run: at failed.jsonl, line ${at + 1}, ${told}`;
      expect([stdout, stderr, code]).toEqual(['', expect.stringContaining(sentence), 2]);
    }
  });

  test('cannot be written down once its history was let go', async () => {
    await using room = await createGreenroom({ memory: 2 ** 20 });
    const bot_name = 'x'.repeat(3000);
    for (let i = 0; i < 100; i++) await post(room, '/api/v1/bots', { ...botRequest('2026-01-01T10:00:00Z'), bot_name });
    await expect(room.run()).rejects.toThrow('Failed to write the run down: the history of this world was let go');
  });
});
