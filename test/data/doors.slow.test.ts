import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { eachInFolder, startOn } from '../support/folder.js';
import { attendee, botRequest } from '../support/room.js';
import { runCommand } from '../support/server.js';

let dir: string;
let kept: string;
eachInFolder((made) => {
  dir = made;
  kept = path.join(dir, 'kept');
});

/** An app that books a bot, and says how many there are. */
const BOOK = `
  const bots = process.env.ATTENDEE_API_URL + '/api/v1/bots';
  const headers = { authorization: 'Token ' + process.env.ATTENDEE_API_KEY, 'content-type': 'application/json' };
  const body = ${JSON.stringify(JSON.stringify(botRequest(undefined)))};
  const { status } = await fetch(bots, { method: 'POST', headers, body });
  const { results } = await (await fetch(bots, { headers })).json();
  console.log(status, results.length);`;
const APP = ['--', process.execPath, '--input-type=module', '-e', BOOK];
const books = (count: number) => ({ code: 0, stdout: `201 ${count}\n` });

describe('greenroom exec', () => {
  test('lives on in the folder of --data, which a server can take over', async () => {
    for (const count of [1, 2]) expect(await runCommand(['exec', '--data', kept, ...APP])).toMatchObject(books(count));
    const server = await startOn(kept);
    expect((await attendee(server, 'GET', '/api/v1/bots')).json.results).toHaveLength(2);
    expect(fs.existsSync(path.join(kept, 'lock'))).toBe(true);
    const refused = await runCommand(['exec', '--data', kept, ...APP]);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: `Failed to open the data folder ${kept}: the process ${server.child.pid} has it. End that process, or give another folder with --data.\n`,
    });
    await server.stop();
    expect(fs.existsSync(path.join(kept, 'lock'))).toBe(false);
  });

  test('takes the folder from the settings file, and from the environment before that', async () => {
    const other = path.join(dir, 'other');
    const config = path.join(dir, 'greenroom.config.json');
    fs.writeFileSync(config, JSON.stringify({ data: kept, 'data-sync': true }));
    for (const count of [1, 2])
      expect(await runCommand(['exec', '--config', config, ...APP])).toMatchObject(books(count));
    const env = { GREENROOM_DATA: other };
    expect(await runCommand(['exec', '--config', config, ...APP], env)).toMatchObject(books(1));
    const third = path.join(dir, 'third');
    expect(await runCommand(['exec', '--config', config, '--data', third, ...APP], env)).toMatchObject(books(1));
    expect(fs.readdirSync(dir).sort()).toEqual(['greenroom.config.json', 'kept', 'other', 'third']);
  });

  test('runs nothing where there can be no folder', async () => {
    fs.writeFileSync(kept, '');
    expect(await runCommand(['exec', '--data', kept, ...APP])).toEqual({
      code: 2,
      stdout: '',
      stderr: `Failed to open the data folder ${kept}: it is no folder. Give one that can be written to with --data.\n`,
    });
  });
});

test.each(['demo', 'env'])('greenroom %s takes no folder, and makes none', async (command) => {
  expect(await runCommand([command, '--data', kept])).toEqual({
    code: 2,
    stdout: '',
    stderr: `Failed to read the command line: there is no flag --data. greenroom ${command} --help lists them.\n`,
  });
  expect(fs.existsSync(kept)).toBe(false);
});

test('greenroom env says the keys of the world that a folder keeps, while a server has it', async () => {
  const first = await startOn(kept, '--seed', '7');
  await first.stop();
  const server = await startOn(kept);
  const { code, stdout } = await runCommand(['env', '--json', '--url', server.url]);
  expect([code, JSON.parse(stdout).ATTENDEE_API_KEY]).toEqual([0, first.attendee.api_key]);
  await server.stop();
});
