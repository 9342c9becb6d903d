import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { connectGreenroom } from '../../src/index.js';
import { makeFolder } from '../support/folder.js';
import { startReceiver } from '../support/receiver.js';
import { botRequest } from '../support/room.js';
import { COMMAND, runCommand } from '../support/server.js';
import { SERVER_TOKEN, startService, type Service, type Tenant } from '../support/service.js';

const dir = makeFolder();
const data = ['--data', path.join(dir, 'free')];
const TOKEN = ['--control-token', SERVER_TOKEN];
const BEYOND = ['--host', '0.0.0.0'];

let service: Service;
beforeAll(async () => void (service = await startService({ dir })));
afterAll(() => service.stop());

/** What a command says in one sentence, or a few, when it ends with 2. */
async function refusalOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, { GREENROOM_CONTROL_TOKEN: '', GREENROOM_TOKEN: '', ...env });
  expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
  return stderr.trimEnd();
}

/** A command that has said its first word, and what it ends with: its code, and what it has told the person at the terminal. */
async function begun(...words: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, ...words], { stdio: 'pipe' });
  let told = '';
  child.stderr.on('data', (chunk) => (told += String(chunk)));
  const ended = once(child, 'close').then(([code]): [code: number | null, told: string] => [
    code as number | null,
    told,
  ]);
  await once(child.stdout, 'data');
  return { child, ended };
}

describe('greenroom serve says what is wrong, and what to do,', () => {
  test.for<[string, readonly string[], string]>([
    ['without --shared', [...TOKEN, ...data], 'A service for a team is "greenroom serve --shared --data DIR".'],
    ['without a token', ['--shared', ...data], 'GREENROOM_CONTROL_TOKEN="$(openssl rand -base64 32)" makes one'],
    [
      'with a short token',
      ['--shared', '--control-token', 'x', ...data],
      'at least 16 characters without spaces, was one',
    ],
    ['without --data', ['--shared', ...TOKEN], 'Give one with --data DIR.'],
    ['beyond this machine', ['--shared', ...TOKEN, ...data, ...BEYOND], 'Put a proxy with TLS in front, and say so'],
    [
      'behind a proxy without a name',
      ['--shared', ...TOKEN, ...data, ...BEYOND, '--behind-proxy'],
      'expected the origin that it is called by, --public-url https://…, was nothing.',
    ],
    [
      'behind a proxy without TLS',
      ['--shared', ...TOKEN, ...data, ...BEYOND, '--behind-proxy', '--public-url', 'http://x.example'],
      'was http://x.example.',
    ],
    ['with a wrong port', ['--shared', ...TOKEN, ...data, '--port', '70000'], 'between 0 and 65535, was "70000".'],
    [
      'with too long a life',
      ['--shared', ...TOKEN, ...data, '--ttl', '90d'],
      'such as 2h, of 30d at the most, was "90d".',
    ],
    ['with an unknown limit', ['--shared', ...TOKEN, ...data, '--limit', 'bot=1'], 'expected one of bots=N, bytes=N, '],
    [
      'with a low limit',
      ['--shared', ...TOKEN, ...data, '--limit', 'bytes=1KiB'],
      'from 1048576 to 1099511627776, was 1024.',
    ],
    ['with a flag of start alone', ['--shared', ...TOKEN, ...data, '--clock', 'auto'], 'there is no flag --clock.'],
    [
      'on the folder of another',
      ['--shared', ...TOKEN, '--data', dir],
      `the process ${process.pid} has it. End that process, or give`,
    ],
    [
      'where no folder can be',
      ['--shared', ...TOKEN, '--data', `${COMMAND}/x`],
      'it is no folder. Give one that can be written to',
    ],
  ])('%s', async ([, args, sentence]) => {
    expect(await refusalOf(['serve', ...args])).toContain(sentence);
  });

  test('on a port that is taken', async () => {
    const args = ['serve', '--shared', ...TOKEN, ...data, '--port', String(service.port)];
    expect(await refusalOf(args)).toContain(
      'the port is in use. Give another port (--port, or the option port), or 0 for a free one.',
    );
  });
});

describe('greenroom listen and exec --url say what is wrong, and what to do,', () => {
  const both = (flags: readonly string[]): readonly (readonly string[])[] => [
    ['listen', ...flags],
    ['exec', ...flags, '--', process.execPath, '-e', ''],
  ];

  test('without a token, and with one that opens nothing', async () => {
    for (const args of both(['--url', service.url])) {
      expect(await refusalOf(args)).toContain('Commands take it as --token, or in GREENROOM_TOKEN.');
      expect(await refusalOf(args, { GREENROOM_TOKEN: 'grw_wrong' })).toContain(
        'the token opens nothing here, or nothing',
      );
    }
  });

  test('for a URL that is none, and where nobody answers', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    for (const args of both(['--token', SERVER_TOKEN, '--url'].concat('greenroom.example')))
      expect(await refusalOf(args)).toContain(
        'expected an http or https URL, such as http://127.0.0.1:4747, was "green',
      );
    for (const args of both(['--token', SERVER_TOKEN, '--url', nobody]))
      expect(await refusalOf(args)).toContain(`Failed to reach greenroom at ${nobody}: connect ECONNREFUSED`);
  });

  test('for a workspace that there is not, and a way that leads elsewhere', async () => {
    const { token } = await service.tenant();
    const to = ['--url', service.url, '--token', token];
    for (const args of both([...to, '--workspace', 'nowhere']))
      expect(await refusalOf(args)).toContain('Failed to find the workspace "nowhere": there is none.');
    for (const [url, advice] of [
      ['http://app.example', 'Give a local URL, or open the host with --allow-host app.example.'],
      ['nonsense', 'was nonsense. Give a local URL, such as http://127.0.0.1:3000.'],
    ] as const)
      for (const args of both([...to, '--forward-to', url])) expect(await refusalOf(args)).toContain(advice);
  });

  test('for flags that come too late for a workspace', async () => {
    const { id, token } = await service.tenant();
    const args = ['exec', '--url', service.url, '--token', token, '--clock', 'auto', '--', process.execPath, '-e', ''];
    expect(await refusalOf(args)).toContain(`--clock says what a workspace is made with, and ${id} is there already.`);
  });

  test('when the workspace ends meanwhile', async () => {
    const { control, token } = await service.tenant();
    const { ended } = await begun('listen', '--url', service.url, '--token', token);
    await control('DELETE', '/workspaces/self');
    expect(await ended).toEqual([2, 'No more webhooks come from the service: the workspace has come to its end.\n']);
  });

  test('when the line is cut: it is opened again once the service is there', async () => {
    const there = { dir: makeFolder(), port: await freePort({ reserved: true }) };
    const first = await startService(there);
    const { id, token } = await first.tenant();
    const { child, ended } = await begun('listen', '--url', first.url, '--token', token);
    await first.stop();
    await once(child.stderr, 'data');
    const again = await startService(there);
    await once(child.stderr, 'data');
    await again.ask('DELETE', `/workspaces/${id}`);
    const [code, told] = await ended;
    expect([code, told.trimEnd().split('\n')]).toEqual([
      2,
      [
        `The line to ${first.url} is cut. It is opened again, and what is on its way waits.`,
        'The line to the service is open again.',
        'No more webhooks come from the service: the workspace has come to its end.',
      ],
    ]);
    await again.stop();
  });

  describe('of a webhook that the app has in hand', () => {
    /** A listener whose app has a webhook and does not answer, and what it prints in the end. */
    async function listening({ url }: Service, { token, attendeeCall }: Tenant) {
      const receiver = await startReceiver();
      const arrived = new Promise<void>((resolve) =>
        receiver.answerWith(() => {
          resolve();
          return new Promise<number>(() => undefined);
        }),
      );
      const { child, ended } = await begun('listen', '--url', url, '--token', token);
      const printed = once(child.stdout, 'data').then(([text]) => String(text));
      await attendeeCall('POST', '/api/v1/bots', botRequest(undefined, receiver.url));
      await arrived;
      return { child, ended, printed, receiver };
    }

    const sentence = (why: string) =>
      new RegExp(`^http:\\S+ {2}dropped: ${why}, and the app had not answered yet: it may have the webhook\n$`);

    test('when another listener takes its place', async () => {
      const tenant = await service.tenant();
      const { ended, printed, receiver } = await listening(service, tenant);
      const room = await connectGreenroom(service.url, { token: tenant.token, workspace: tenant.id });
      const other = await room.listen();
      expect(await printed).toMatch(sentence('another listener of the workspace has taken its place'));
      expect((await ended)[0]).toBe(2);
      await other.close();
      await receiver.close();
    });

    test('when the service is started again', async () => {
      const there = { dir: makeFolder(), port: await freePort({ reserved: true }) };
      const first = await startService(there);
      const { child, ended, printed, receiver } = await listening(first, await first.tenant());
      await first.stop();
      const again = await startService(there);
      expect(await printed).toMatch(sentence('the service was started again, or the line was cut for too long'));
      child.kill('SIGINT');
      await ended;
      await again.stop();
      await receiver.close();
    });
  });

  test('when the service goes meanwhile: the command ends as it would have', async () => {
    const gone = await startService();
    const { token } = await gone.tenant();
    const program = `console.log('begun'); process.stdin.resume().on('end', () => process.exit(3));`;
    const words = ['exec', '--url', gone.url, '--token', token, '--', process.execPath, '-e', program];
    const { child, ended } = await begun(...words);
    await gone.stop();
    child.stdin.end();
    const [code, told] = await ended;
    expect([code, told]).toEqual([3, expect.stringContaining(`Failed to reach greenroom at ${gone.url}`)]);
    expect(told).not.toMatch(/^ {4}at /m);
  });
});
