import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The app as a process of its own, as `npm start` runs it, pointed at a room. */
export async function startApp(room) {
  const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      PORT: '0',
      CRONOFY_API_URL: room.cronofy.base_url,
      CRONOFY_CLIENT_SECRET: room.cronofy.client_secret,
      ATTENDEE_API_URL: room.attendee.base_url,
      ATTENDEE_API_KEY: room.attendee.api_key,
      ATTENDEE_WEBHOOK_SECRET: room.attendee.webhook_secret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The app ended with ${code}`)));
    child.stdout.on('data', (line) => resolve(/http:\S+/.exec(String(line))[0]));
  });
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
