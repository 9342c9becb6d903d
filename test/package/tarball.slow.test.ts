import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { VERSION } from '../../src/server/version.js';
import { linksOf, PAGES } from '../support/pages.js';

const exec = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
/** A shell's own variables, without what an npm that runs these tests has set for itself. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenroom-package-'));
  // The build is there already: `npm test` makes it first.
  await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  await unpack(join(folder, tarball!), join(folder, 'node_modules'));
});

/** Does what npm does with a tarball, without the network: its files, what it depends on and nothing else, its command. */
async function unpack(tarball: string, modules: string): Promise<void> {
  const target = join(modules, 'greenroom');
  await mkdir(target, { recursive: true });
  await exec('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]);
  for (const name of Object.keys(packageJson.dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  await mkdir(join(modules, '.bin'));
  for (const [name, path] of Object.entries(packageJson.bin))
    await symlink(join('..', 'greenroom', path), join(modules, '.bin', name));
}

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('The packed tarball in an empty folder', () => {
  test('greenroom/webhooks is there for a require that loads no ES module, as that of Jest', async () => {
    const program = `
      const { signAttendee, verifyAttendee } = require('greenroom/webhooks');
      const [body, secret] = ['{"trigger": "bot.state_change", "data": {"credits": 1.0}}', 'c2VjcmV0'];
      console.log(verifyAttendee({ body, secret, signature: signAttendee(body, secret) }).ok, verifyAttendee({ body, secret }).reason);`;
    const flags = ['--no-experimental-require-module', '--input-type=commonjs', '-e', program];
    const { stdout } = await exec(process.execPath, flags, { cwd: folder, env });
    expect(stdout).toBe('true missing_signature\n');
  });

  test('The licence of each package that the bundles hold parts of goes with them', async () => {
    const notices = await readFile(join(folder, 'node_modules/greenroom/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const texts = new Map(notices.split(/^-{80}\n/m).map((text) => [text.split(' ', 1)[0], text]));
    for (const name of ['hono', '@hono/node-server', '@sinclair/typebox', '@streamparser/json', 'preact'])
      expect(texts.get(name), name).toMatch(/Copyright[^]*Permission is hereby granted/);
  });

  test('npx greenroom --port 0 --json is ready and answers', async () => {
    const child = spawn('npx', ['--no-install', 'greenroom', '--port', '0', '--json'], {
      cwd: folder,
      env,
      detached: true,
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const ready = JSON.parse(String(line));
    const health = await (await fetch(`${ready.control}/health`)).json();
    process.kill(-child.pid!, 'SIGTERM');
    await once(child, 'close');
    const vendors = { cronofy: ready.cronofy.version, attendee: ready.attendee.version };
    expect(health).toEqual({ status: 'ok', version: VERSION, vendors, workspaces: 1 });
    expect(Object.keys(ready)).toEqual(['url', 'port', 'control', 'cronofy', 'attendee']);
  });

  test('npx greenroom demo exits 0 and every signature verifies', async () => {
    const { stdout } = await exec('npx', ['--no-install', 'greenroom', 'demo'], { cwd: folder, env });
    expect(stdout).toMatch(/(\d+) of \1 signatures verified/);
    expect(stdout).not.toContain('WRONG');
  });

  test('its doors can be imported, those of runners without the runners', async () => {
    const script = `
      const { startGreenroom } = await import('greenroom');
      const { attendeeContract } = await import('greenroom/contracts');
      const { roomFixtures } = await import('greenroom/vitest');
      for (const door of ['testing', 'jest', 'playwright', 'webhooks']) await import('greenroom/' + door);
      const room = await startGreenroom();
      await room.close();
      console.log(attendeeContract.provider, typeof roomFixtures);`;
    await writeFile(join(folder, 'doors.mjs'), script);
    const { stdout } = await exec(process.execPath, ['doors.mjs'], { cwd: folder, env });
    expect(stdout).toBe('attendee function\n');
  });

  test('has its pages, and every file that they link to', () => {
    const wanted = [...PAGES, ...PAGES.flatMap(linksOf).map(({ target }) => target)];
    const isThere = (path: string): boolean => existsSync(join(folder, 'node_modules/greenroom', path));
    expect([...new Set(wanted)].filter((path) => !isThere(path))).toEqual([]);
  });

  test('its version is the one that greenroom tells', () => {
    expect(VERSION).toBe(packageJson.version);
  });
});
