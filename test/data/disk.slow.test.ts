import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eachInFolder, startAs, startOn, type Killable, type User } from '../support/folder.js';
import { attendee, botRequest, control } from '../support/room.js';

let dir: string;
let run: string;
eachInFolder((made) => {
  dir = made;
  run = path.join(dir, 'default.run.jsonl');
});

const book = (server: Killable) => attendee(server, 'POST', '/api/v1/bots', botRequest(undefined));
const bots = async (server: Killable): Promise<readonly string[]> =>
  (await attendee(server, 'GET', '/api/v1/bots')).json.results.map(({ id }: { id: string }) => id).sort();
/** The bots of the calls that were answered, of a world that serves no vendor at present too. */
const booked = async (server: Killable): Promise<readonly string[]> =>
  (await control(server, 'GET', '/requests?operation=createBot&status=201')).json.requests
    .map(({ subject }: { subject: string }) => subject)
    .sort();
const lines = async (server: Killable): Promise<readonly { kind: string; summary: string }[]> =>
  (await control(server, 'GET', '/timeline?limit=10000')).json.entries;

/** The files of a process can grow no further than this. */
const limit = (server: Killable, size: number | 'unlimited') =>
  spawnSync('prlimit', [`--pid=${server.child.pid}`, `--fsize=${size}:`]).status;
const canLimit = spawnSync('prlimit', [`--pid=${process.pid}`]).status === 0;

describe.runIf(canLimit).each([
  ['frozen', []],
  ['live', ['--speed', '100000']],
  ['auto', []],
] as const)('A greenroom with a clock that is %s, on a disk without room', (clock, more) => {
  const start = () => startOn(dir, '--clock', clock, ...more);

  test('refuses calls in words, goes on reading, serves again, and has lost nothing after a crash', async () => {
    const server = await start();
    expect((await book(server)).status).toBe(201);
    // A part of the next line still fits.
    expect(limit(server, fs.statSync(run).size + 100)).toBe(0);
    let refused = await book(server);
    while (refused.status === 201) refused = await book(server);
    const reason = `Failed to write to ${dir}: the file would become larger than is allowed (EFBIG). Calls are refused until`;
    for (let i = 0; i < 3; i++) {
      expect([refused.status, refused.text]).toEqual([507, expect.stringContaining(reason)]);
      refused = await book(server);
    }
    expect(fs.readFileSync(run, 'utf8').endsWith('\n')).toBe(true);
    for (const place of ['/timeline', '/clock', '/snapshot', '/requests'])
      expect([place, (await control(server, 'GET', place)).status]).toEqual([place, 200]);
    const seen = await lines(server);

    expect(limit(server, 'unlimited')).toBe(0);
    expect((await book(server)).status).toBe(201);
    expect(server.told()).toMatch(/^Failed to write to .*\n.* can be written to again: calls are served\.\n$/);
    const made = await bots(server);
    await server.kill();
    const again = await start();
    expect(await bots(again)).toEqual(made);
    expect((await lines(again)).slice(0, seen.length)).toEqual(seen);
    await again.stop();
  });

  test('keeps what it lived without room, once it is stopped where there is some', async () => {
    const server = await start();
    await book(server);
    expect(limit(server, fs.statSync(run).size)).toBe(0);
    while ((await book(server)).status === 201);
    const [made, seen] = [await booked(server), await lines(server)];
    limit(server, 'unlimited');
    await server.stop();
    const again = await start();
    expect(await bots(again)).toEqual(made);
    expect((await lines(again)).slice(0, seen.length)).toEqual(seen);
    await again.stop();
  });

  test('is what its run says, if it is killed before there is room again', async () => {
    const server = await start();
    const { id } = (await book(server)).json;
    expect(limit(server, fs.statSync(run).size + 100)).toBe(0);
    while ((await book(server)).status === 201);
    await server.kill();
    const again = await start();
    expect(await bots(again)).toContain(id);
    expect((await book(again)).status).toBe(201);
    await again.stop();
  });
});

/** Root may write everywhere. */
const isRoot = process.getuid?.() === 0;
const somebody: User = isRoot ? { uid: 65_534, gid: 65_534 } : {};

describe.skipIf(process.platform === 'win32')('A user who may not write', () => {
  const give = (place: string, mode: number): void => {
    fs.chmodSync(place, mode);
    if (isRoot) fs.chownSync(place, somebody.uid!, somebody.gid!);
  };
  const start = () => startAs(somebody, dir, '--clock', 'frozen');
  const refusal = () =>
    start().then(
      async (server) => server.stop().then(() => 'it started'),
      (error: Error) => error.message,
    );
  afterEach(() => fs.chmodSync(dir, 0o700));

  test('is refused a folder in a sentence', async () => {
    give(dir, 0o555);
    expect(await refusal()).toBe(
      `Failed to open the data folder ${dir}: permission denied (EACCES). Give one that can be written to with --data.\n`,
    );
    dir = path.join(dir, 'below');
    expect(await refusal()).toBe(
      `Failed to open the data folder ${dir}: permission denied (EACCES). Give one that can be written to with --data.\n`,
    );
    dir = path.dirname(dir);
  });

  test('is refused a run that may not be read, in a sentence', async () => {
    give(dir, 0o700);
    await (await start()).stop();
    give(run, 0);
    const told = await refusal();
    expect(told).toContain(run);
    expect(told).toContain('EACCES');
    expect(told.trim().split('\n')).toHaveLength(1);
  });

  test('has calls refused while the run may not be written, and served from then on', async () => {
    give(dir, 0o700);
    await (await start()).stop();
    give(run, 0o400);
    const server = await start();
    const refused = await book(server);
    expect([refused.status, refused.text]).toEqual([
      507,
      expect.stringContaining(`${dir}: permission denied (EACCES). `),
    ]);
    give(run, 0o600);
    expect((await book(server)).status).toBe(201);
    await server.stop();
  });

  test('has calls refused while the folder takes no new file, and served from then on', async () => {
    give(dir, 0o700);
    const server = await start();
    await book(server);
    give(dir, 0o555);
    const refused = await control(server, 'POST', '/reset');
    expect([refused.status, refused.text]).toEqual([
      507,
      expect.stringContaining(`${dir}: permission denied (EACCES). `),
    ]);
    expect((await book(server)).status).toBe(507);
    give(dir, 0o700);
    expect((await book(server)).status).toBe(201);
    const made = await bots(server);
    await server.kill();
    const again = await start();
    expect(await bots(again)).toEqual(made);
    await again.stop();
  });
});
