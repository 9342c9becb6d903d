import { createHmac } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { har } from '../support/har.js';
import { runCommand, startProcess, type ServerProcess } from '../support/server.js';
import { serve, type App } from './wrong-receivers/app.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = `whsec_${Buffer.from('thirty-two bytes of a secret key').toString('base64')}`;
const KEY = Buffer.from(SECRET.slice('whsec_'.length), 'base64');

interface Served extends ServerProcess {
  readonly notetaker: { readonly api_key: string; readonly webhook_secret: string };
}

let folder = '';
let config: readonly string[] = [];
let server: Served;

/** The example as a project has it: greenroom in its node_modules, and its vendor in its settings file. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'greenroom-own-vendor-'));
  cpSync(join(root, 'examples/own-vendor/src'), join(folder, 'src'), { recursive: true });
  cpSync(join(root, 'examples/own-vendor/greenroom.config.mjs'), join(folder, 'greenroom.config.mjs'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const [name, place] of [
    ['greenroom', root],
    ['@sinclair/typebox', join(root, 'node_modules/@sinclair/typebox')],
  ] as const) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(place, link, 'junction');
  }
  config = ['--config', join(folder, 'greenroom.config.mjs')];
  server = (await startProcess('--clock', 'frozen', ...config)) as Served;
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const greenroom = (...args: string[]) => runCommand([...args, ...config]);

const sign = (headers: Readonly<Record<string, unknown>>, body: string): string =>
  createHmac('sha256', KEY)
    .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)
    .digest('base64');

/** Believes a webhook by Standard Webhooks, by the signature that `expected` makes. */
const receiver =
  (expected: typeof sign): App =>
  ({ method, headers, body }) => {
    if (method !== 'POST') return 405;
    if (headers['webhook-signature'] !== `v1,${expected(headers, body.toString())}`) return 401;
    try {
      JSON.parse(body.toString());
      return 200;
    } catch {
      return 400;
    }
  };

describe('A vendor of one’s own in the settings file', () => {
  test('a right receiver of its webhooks gets full marks, and a mistake of its own has a name', async () => {
    const check = async (app: App) => {
      const { url, close } = await serve(app);
      const args = ['check', 'receiver', url, '--provider', 'notetaker', '--secret', SECRET, '--reporter', 'json'];
      const { code, stdout } = await greenroom(...args);
      await close();
      return { code, findings: JSON.parse(stdout).findings as { rule: string; message: string }[] };
    };
    expect(await check(receiver(sign))).toEqual({ code: 0, findings: [] });
    const alone = await check(receiver((_, body) => createHmac('sha256', KEY).update(body).digest('base64')));
    expect(alone.code).toBe(1);
    expect(alone.findings.map(({ message }) => message).join('\n')).toContain('body-alone');
  });

  test('its API is held against its contract', async () => {
    const { api_key } = server.notetaker;
    const { code, stdout } = await greenroom(
      'check',
      'provider',
      server.url,
      '--provider',
      'notetaker',
      '--key',
      api_key,
    );
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ probes of Notetaker API 1 were answered/m)]);
  });

  test('its calls are judged and counted', async () => {
    const bearer = { authorization: 'Bearer ntk_key_1' };
    const url = 'https://api.notetaker.example/notes/v1/notetakers';
    const file = join(folder, 'app.har');
    writeFileSync(file, har([{ url, headers: bearer, answer: { notetakers: [] } }]));
    const [traffic, coverage] = await Promise.all([
      greenroom('check', 'traffic', file),
      greenroom('coverage', file, '--provider', 'notetaker'),
    ]);
    expect([traffic.code, traffic.stdout]).toEqual([0, expect.stringContaining('1 with Notetaker, 0 with others.')]);
    expect([coverage.code, coverage.stdout]).toEqual([0, expect.stringMatching(/^notetaker 1 +1 of/m)]);
  });

  test('its scenarios are played', async () => {
    const file = join(folder, 'story.json');
    writeFileSync(file, JSON.stringify({ description: 'A short meeting.' }));
    const { code, stdout } = await greenroom('check', 'scenarios', file);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing says what Notetaker makes of this story')]);
  });

  test('doctor reads its header, and names its mistakes and its prefix', async () => {
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '5' };
    const body = '{"a":1}';
    const file = join(folder, 'body.json');
    writeFileSync(file, body);
    const examine = async (signature: string) => {
      const given = Object.entries({ ...headers, 'webhook-signature': signature });
      const flags = given.flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
      const { stdout } = await greenroom('doctor', 'signature', '--secret', SECRET, '--body', file, '--json', ...flags);
      const { provider, ok, deviations } = JSON.parse(stdout);
      return [provider, ok, deviations.map(({ name }: { name: string }) => name)];
    };
    const alone = createHmac('sha256', KEY).update(body).digest('base64');
    expect(await Promise.all([`v1,${sign(headers, body)}`, sign(headers, body), `v1,${alone}`].map(examine))).toEqual([
      ['notetaker', true, []],
      ['notetaker', false, ['prefix-missing']],
      ['notetaker', false, ['body-alone']],
    ]);
  });

  test('its document, its environment and its coverage are there', async () => {
    const [document, environment, coverage] = await Promise.all([
      greenroom('export', 'openapi', 'notetaker'),
      greenroom('env', '--url', server.url),
      runCommand(['coverage', '--url', server.url, '--provider', 'notetaker']),
    ]);
    expect(JSON.parse(document.stdout).info.title).toBe('Notetaker API');
    expect(environment.stdout).toContain(`export NOTETAKER_API_KEY='${server.notetaker.api_key}'`);
    expect([coverage.code, coverage.stdout]).toEqual([0, expect.stringMatching(/^notetaker 1 +\d+ of/m)]);
  });

  test('what is not a vendor, and a name that no vendor has, are refused with a sentence', async () => {
    const wrong = join(folder, 'wrong.config.mjs');
    writeFileSync(wrong, 'const self = {}; self.self = self; export default { vendors: [self] };');
    const [file, name] = await Promise.all([
      runCommand(['check', 'scenarios', '--config', wrong]),
      greenroom('check', 'receiver', 'http://127.0.0.1:9/', '--provider', 'notetakr'),
    ]);
    expect([file.code, file.stderr]).toEqual([
      2,
      `Failed to read the config ${wrong}: at /vendors/0, expected a vendor made with defineVendor of greenroom/vendor, was an object of another kind.\n`,
    ]);
    expect([name.code, name.stderr]).toEqual([
      2,
      'Failed to read --provider: expected cronofy, attendee or notetaker, was "notetakr". Did you mean "notetaker"?\n',
    ]);
  });
});
