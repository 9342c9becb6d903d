// Shows the example app's webhook endpoints to `greenroom check receiver`: both must get full marks. Run after the build.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder, run } from './packed.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLIENT_SECRET = 'CRN_check-of-the-example';
const WEBHOOK_SECRET = Buffer.from('thirty-two bytes of a secret key').toString('base64');
const NOBODY = 'http://127.0.0.1:9';

const { folder, remove } = makeFolder('meeting-notes');
let app;
try {
  cpSync(join(ROOT, 'examples/meeting-notes'), folder, { recursive: true });
  const file = join(folder, 'package.json');
  const { devDependencies: _devDependencies, ...project } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(project));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', '--ignore-scripts'], {
    cwd: folder,
  });
  app = spawn(process.execPath, ['src/main.js'], {
    cwd: folder,
    // The check breaks connections on purpose; that the app logs it is right.
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      PORT: '0',
      CRONOFY_API_URL: NOBODY,
      CRONOFY_CLIENT_SECRET: CLIENT_SECRET,
      ATTENDEE_API_URL: NOBODY,
      ATTENDEE_API_KEY: 'key-of-the-example',
      ATTENDEE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    },
  });
  const [line] = await once(app.stdout, 'data');
  const url = /http:\/\/\S+/.exec(String(line))[0];
  for (const [provider, secret] of [
    ['cronofy', CLIENT_SECRET],
    ['attendee', WEBHOOK_SECRET],
  ]) {
    const command = ['dist/bin/greenroom.js', 'check', 'receiver', `${url}/hooks/${provider}`, '--provider', provider];
    const report = JSON.parse(
      run(process.execPath, [...command, '--secret', secret, '--reporter', 'json'], { cwd: ROOT }),
    );
    process.stdout.write(`${report.subject}: ${report.summary}\n`);
  }
} finally {
  app?.kill('SIGTERM');
  remove();
}
