import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv, type AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect } from 'vitest';
import { run as exportRun } from '../../src/cli/export.js';
import { attendee, botRequest, call, control, test } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { COMMAND, runCommand } from '../support/server.js';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

/** The schemas of HAR 1.2 as the project har-schema publishes them. */
function isHar(value: unknown): string {
  const schemas = createRequire(import.meta.url)('har-schema') as Record<string, AnySchema>;
  const ajv = new Ajv({
    strict: false,
    schemas: Object.values(schemas),
    validateFormats: false,
    meta: false,
    validateSchema: false,
  });
  return ajv.validate('har.json#', value) ? 'valid' : ajv.errorsText();
}

describe('greenroom export', () => {
  test('openapi writes a document for each vendor and for the control plane, or prints one', async () => {
    const { code, stdout } = await runCommand(['export', 'openapi', '--out', join(folder, 'openapi')]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('3 files written')]);
    expect(readdirSync(join(folder, 'openapi'))).toEqual([
      'attendee.openapi.json',
      'control.openapi.json',
      'cronofy.openapi.json',
    ]);
    expect((read('openapi', 'attendee.openapi.json') as { info: object }).info).toMatchObject({ version: '1.64.1' });
    const printed = await runHere(['export', 'openapi', 'cronofy']);
    expect(JSON.parse(printed.stdout)).toEqual(read('openapi', 'cronofy.openapi.json'));
  });

  test('openapi and schemas take the version of a vendor, and the document says which it is', async () => {
    const out = join(folder, 'newer');
    const version = ['--attendee-version', '1.81', '--out', out];
    await exportRun(['openapi', 'attendee', ...version]);
    await exportRun(['schemas', ...version]);
    const document = read('newer', 'attendee.openapi.json') as {
      info: { version: string };
      paths: Record<string, { post: unknown }>;
    };
    expect(document.info.version).toBe('1.81.1');
    expect(JSON.stringify(document.paths['/api/v1/bots']!.post)).toContain('room_sync_settings');
    const request = JSON.stringify(read('newer', 'attendee', 'createBot.request.schema.json'));
    expect(request).toContain('room_sync_settings');
    await expect(exportRun(['openapi', 'attendee', '--attendee-version', '1.99'])).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(
        /^Failed to read --attendee-version: expected "latest" or a version from .*newer than what greenroom knows\.$/,
      ),
    });
  });

  test('schemas writes JSON Schemas that stand alone, that of scenario files among them', async () => {
    expect((await runHere(['export', 'schemas', '--out', join(folder, 'schemas')])).code).toBe(0);
    const files = readdirSync(join(folder, 'schemas'), { recursive: true }).map(String);
    expect(files).toEqual(
      expect.arrayContaining([
        'scenario.schema.json',
        join('attendee', 'createBot.request.schema.json'),
        join('attendee', 'webhook.bot.state_change.schema.json'),
        join('cronofy', 'scheduleMeetingAgent.200.schema.json'),
        join('control', 'advance.request.schema.json'),
      ]),
    );
    const ajv = new Ajv2020({ strict: false });
    for (const file of files.filter((name) => name.endsWith('.json')))
      expect(ajv.validateSchema(read('schemas', file) as AnySchema)).toBe(true);
    const isScenario = ajv.compile(read('schemas', 'scenario.schema.json') as AnySchema);
    expect([isScenario({ description: 'Nothing happens.' }), isScenario({ description: 'x', lobbby: {} })]).toEqual([
      true,
      false,
    ]);
  });

  test('scenarios writes the files that come with greenroom', async () => {
    const told = await runHere(['export', 'scenarios', '--out', join(folder, 'scenarios')]);
    const words = /^For editors: greenroom (export schemas \S+ --out) (.*)$/m.exec(told.stdout)!;
    expect([told.code, words[2]]).toEqual([0, folder]);
    expect((await runHere([...words[1]!.split(' '), folder])).code).toBe(0);
    const { $schema } = read('scenarios', 'manual.json') as { $schema: string };
    expect(read('scenarios', $schema)).toMatchObject({ title: 'A scenario file of greenroom' });
    const ours = new URL('../../fixtures/scenarios/', import.meta.url);
    expect(readdirSync(join(folder, 'scenarios'))).toEqual(readdirSync(ours));
    const one = await runHere(['export', 'scenarios', 'manual']);
    expect(one.stdout).toBe(readFileSync(new URL('manual.json', ours), 'utf8'));
  });

  test('har of a running server is HTTP Archive 1.2, and no secret is in it', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots?format=json', botRequest('2026-01-01T10:00:00Z'));
    await call('POST', `${room.url}/oauth/token`, { client_secret: room.cronofy.client_secret, grant_type: 'nothing' });
    await call('GET', `${room.url}/v1/events?tzid=Etc/UTC&access_token=${room.cronofy.access_token}`);
    const { code, stdout } = await runHere(['export', 'har', '--url', room.url]);
    const har = JSON.parse(stdout) as {
      log: { entries: { _version: string; request: { url: string; postData?: { text: string } } }[] };
    };
    expect([code, isHar(har)]).toEqual([0, 'valid']);
    expect(har.log.entries.map(({ request }) => request.url)).toEqual([
      `${room.url}/api/v1/bots?format=json`,
      `${room.url}/oauth/token`,
      `${room.url}/v1/events?tzid=Etc%2FUTC&access_token=%5Bredacted%5D`,
    ]);
    expect(har.log.entries.map(({ _version }) => _version)).toEqual(['1.64.1', '2026-11', '2026-11']);
    expect(har.log.entries[0]!.request.postData!.text).toContain('"bot_name":"Notes"');
    for (const secret of [room.attendee.api_key, room.cronofy.client_secret, room.cronofy.access_token])
      expect(stdout).not.toContain(secret);
  });

  test('har says how many bytes there were, also of bodies that are no texts or were not sent', async ({ room }) => {
    const { id } = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined))).json as { id: string };
    await room.clock.advance({ by: '1h' });
    const { url } = (await attendee(room, 'GET', `/api/v1/bots/${id}/recording`)).json as { url: string };
    const recording = (await (await fetch(url)).arrayBuffer()).byteLength;
    const headers = { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' };
    await fetch(`${room.url}/api/v1/bots`, { method: 'HEAD', headers });
    await fetch(`${room.url}/api/v1/bots`, { method: 'POST', headers, body: Buffer.from([0xff, 0xfe, 0, 0x62]) });
    const har = JSON.parse((await runHere(['export', 'har', '--url', room.url])).stdout) as {
      log: { entries: { request: object; response: object }[] };
    };
    expect(isHar(har)).toBe('valid');
    const [file, head, bytes] = har.log.entries.slice(-3);
    expect(file!.response).toMatchObject({ bodySize: recording, content: { size: recording } });
    expect(file!.response).not.toHaveProperty('content.text');
    expect(head!.response).toMatchObject({ bodySize: 0, content: { size: 0 } });
    expect(head!.response).not.toHaveProperty('content.text');
    expect(bytes!.request).toMatchObject({
      bodySize: 4,
      postData: { comment: 'Bytes that are no UTF-8 stand as U+FFFD.' },
    });
  });

  test('har of a saved journal is the same as that of the server, which is read in pages', async ({ room }) => {
    for (let i = 0; i < 230; i++) await attendee(room, 'GET', `/api/v1/bots?cursor=${i}`);
    const saved = join(folder, 'journal.json');
    writeFileSync(saved, (await control(room, 'GET', '/requests')).text);
    const target = join(folder, 'saved.har');
    expect((await runHere(['export', 'har', saved, '--out', target])).code).toBe(0);
    const har = readFileSync(target, 'utf8');
    expect((JSON.parse(har) as { log: { entries: object[] } }).log.entries).toHaveLength(230);
    expect((await runHere(['export', 'har', '--url', room.url])).stdout).toBe(har);
    expect(isHar({ log: { version: '1.2' } })).not.toBe('valid');
  });

  test('a wrong use is told with what would be right', async () => {
    const [kind, document, many, nobody] = await Promise.all([
      runHere(['export', 'openapy']),
      runHere(['export', 'openapi', 'cronofi']),
      runHere(['export', 'openapi']),
      runHere(['export', 'har', '--url', 'http://127.0.0.1:9']),
    ]);
    expect([kind.code, kind.stderr]).toEqual([2, expect.stringContaining('Did you mean "openapi"?')]);
    expect([document.code, document.stderr]).toEqual([2, expect.stringContaining('Did you mean "cronofy"?')]);
    expect([many.code, many.stderr]).toEqual([2, expect.stringContaining('--out FOLDER')]);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('npx greenroom')]);
  });

  test('a journal with something else in it is refused with its place, before anything is written', async () => {
    const call = { seq: 1, at: '', method: 'GET', path: '/x', query: '', request: { headers: {}, body: '' } };
    const cases: readonly (readonly [request: unknown, told: string])[] = [
      [null, 'at /requests/1 of '],
      [{ ...call, response: {} }, 'at /requests/1/response of '],
      [{ ...call, request: null, response: null }, 'at /requests/1/request of '],
    ];
    for (const [request, told] of cases) {
      const file = join(folder, 'odd.json');
      writeFileSync(file, JSON.stringify({ requests: [{ ...call, response: null }, request] }));
      const { code, stdout, stderr } = await runHere(['export', 'har', file]);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(`Failed to export har: ${told}${file}`)]);
    }
  });

  test('a target that cannot be written, and a word too many, are told in a sentence', async () => {
    const taken = join(folder, 'taken');
    writeFileSync(taken, '');
    const ends = await Promise.all([
      runHere(['export', 'openapi', '--out', taken]),
      runHere(['export', 'scenarios', 'manual', '--out', join(taken, 'below')]),
      runHere(['export', 'har', 'a.json', 'b.json']),
    ]);
    expect(ends.map(({ code, stderr }) => [code, stderr.trimEnd().split('\n').length])).toEqual(ends.map(() => [2, 1]));
    expect(ends[0].stderr).toMatch(/^Failed to write --out .*: expected a file that can be written, /);
    expect(ends[1].stderr).toMatch(
      /^Failed to write --out .*: expected a file that can be written, a part of its path is a file\.\n$/,
    );
    expect(ends[2].stderr).toContain('was also "b.json"');
  });

  test('a reader that has read enough ends it without a word', async () => {
    const script = `{ "${process.execPath}" "${COMMAND}" export openapi cronofy; echo "ended with $?" >&2; } | head -1`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script]);
    expect([stdout, stderr]).toEqual(['{\n', 'ended with 0\n']);
  });
});
