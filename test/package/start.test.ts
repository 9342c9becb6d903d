import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { COMMAND, type Ready } from '../support/server.js';

/** Starts greenroom and gives what it prints, as it comes. */
function start(...flags: string[]) {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return printedBy(child);
}

function printedBy(child: ChildProcess) {
  let text = '';
  child.stdout!.on('data', (chunk) => (text += String(chunk)));
  const until = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(text)) await once(child.stdout!, 'data');
    return text;
  };
  return { child, until };
}

describe('greenroom start', () => {
  test('shows one base URL for every vendor, and the beginning of the paths', async () => {
    const banner = await start().until(/Ctrl-C/);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)!;
    expect(banner).toContain(`Cronofy    ${url}\n`);
    expect(banner).toContain(`Attendee   ${url}  (paths begin with /api/v1)\n`);
    expect(banner).toContain(`Inspector  ${url}/_greenroom/\n`);
  });

  test('leads to the inspector with the token that it wants', async () => {
    const banner = await start('--control-token', 'so/secret').until(/Ctrl-C/);
    expect(banner).toMatch(/\n {2}Inspector {2}http:\S+\/_greenroom\/#token=so%2Fsecret\n/);
  });

  test('prints each entry of the timeline as it happens if asked', async () => {
    const { until } = start('--log');
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(await until(/Ctrl-C/))!;
    await fetch(`${url}/v1/calendars`);
    expect(await until(/GET /)).toMatch(/\n\S+Z {2}request .* GET \/v1\/calendars → 401/);
  });

  test('prints its line of JSON though it is to be quiet', async () => {
    const ready = JSON.parse(await start('--json', '--quiet').until(/\n/)) as Ready;
    expect(ready.attendee.base_url).toBe(ready.url);
  });

  test('keeps what it has compiled for its owner alone, and takes nothing else for it', async () => {
    const folder = join(dirname(COMMAND), '.compiled');
    const kept = () => readdirSync(folder).filter((name) => name.endsWith(`-start-${process.version}-${process.arch}`));
    for (const text of ['not compiled', undefined]) {
      const { child, until } = start('--json');
      await until(/\n/);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([0, null]);
      const [file = '', ...others] = kept();
      expect(others).toEqual([]);
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, file)).size).toBeGreaterThan(100_000);
      if (text !== undefined) writeFileSync(join(folder, file), text);
    }
  });

  test('ends with the process that started it if asked, and by itself when that was npx', async () => {
    for (const [flags, env] of [
      [['--exit-with-parent'], {}],
      [[], { npm_command: 'exec' }],
    ] as const) {
      const starts = `require('node:child_process').spawn(process.execPath,
        ${JSON.stringify([COMMAND, '--port', '0', '--json', ...flags])}, { stdio: 'inherit' })`;
      const parent = spawn(process.execPath, ['-e', starts], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, npm_command: '', ...env },
      });
      const { url } = JSON.parse(await printedBy(parent).until(/\n/)) as Ready;
      expect((await fetch(`${url}/_greenroom/health`)).status).toBe(200);
      parent.kill('SIGKILL');
      // The server has the same output, which is closed once it has ended.
      await once(parent.stdout, 'close');
      await expect(fetch(`${url}/_greenroom/health`)).rejects.toThrow('fetch failed');
    }
  });

  test.runIf(process.platform !== 'win32')(
    'ends with the program that started it through a shell, as npx and PHP do',
    async () => {
      const command = `'${process.execPath}' '${COMMAND}' --port 0 --json --exit-with-parent 2>&1`;
      // The colon keeps a shell there that would otherwise become the command.
      const starts = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(`: && ${command} && :`)}], { stdio: 'inherit' })`;
      const parent = spawn(process.execPath, ['-e', starts], { stdio: ['ignore', 'pipe', 'inherit'] });
      const { url } = JSON.parse(await printedBy(parent).until(/\n/)) as Ready;
      parent.kill('SIGKILL');
      await once(parent.stdout, 'close');
      await expect(fetch(`${url}/_greenroom/health`)).rejects.toThrow('fetch failed');
    },
  );

  test('ends with a process that has ended while it was being started', async () => {
    const cwd = makeFolder();
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    // The settings are read while it is being started.
    writeFileSync(
      join(cwd, 'greenroom.config.mjs'),
      `const parent = process.ppid;
      process.kill(parent, 'SIGKILL');
      while (process.ppid === parent) await new Promise((resolve) => setImmediate(resolve));
      export default {};`,
    );
    const starts = `require('node:child_process').spawn(process.execPath,
      ${JSON.stringify([COMMAND, '--port', '0', '--json', '--exit-with-parent'])}, { stdio: 'inherit' })`;
    const parent = spawn(process.execPath, ['-e', starts], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    parent.stdout.resume();
    await once(parent.stdout, 'close');
  });
});

describe('A command that cannot print', () => {
  test.runIf(existsSync('/dev/full'))('says so in one line, and ends with 2', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [COMMAND, 'start', '--help'], { stdio: ['ignore', full, 'pipe'] });
    let told = '';
    child.stderr!.on('data', (chunk) => (told += String(chunk)));
    expect(await once(child, 'close')).toEqual([2, null]);
    closeSync(full);
    expect(told).toBe('Failed to print: there is no space left on the disk (ENOSPC).\n');
  });

  test('ends quietly when its reader has seen enough', async () => {
    const { stdout } = await promisify(execFile)('sh', ['-c', `${process.execPath} ${COMMAND} start --help | head -1`]);
    expect(stdout).toMatch(/^greenroom .*\n$/);
  });
});
