// `npm start` on what is there: it must serve, pass flags through, and the second time install and build nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';

const readyLine = async () => {
  const child = spawn('npm', ['start', '--silent', '--', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes('"url"') && text.endsWith('\n')) break;
  }
  const { url } = JSON.parse(text.trim().split('\n').at(-1));
  const health = await fetch(`${url}/_greenroom/health`);
  process.kill(-Number(child.pid), 'SIGTERM');
  await once(child, 'close');
  if (health.status !== 200) throw new Error(`npm start serves, but its health is ${health.status}`);
};

await readyLine();
const built = statSync('dist/.built-from').mtimeMs;
await readyLine();
if (statSync('dist/.built-from').mtimeMs !== built) throw new Error('the second npm start built again');
console.log('npm start serves; a second time it builds nothing');
