// emulate serves APIs of its own choice: the nearest that it has is a JSON record that is made and read, an email of Resend's.
import { createServer } from 'node:net';
import { createEmulator } from 'emulate';

const probe = createServer();
const port = await new Promise((resolve) => probe.listen(0, '127.0.0.1', () => resolve(probe.address().port)));
await new Promise((resolve) => probe.close(resolve));
const { url } = await createEmulator({ service: 'resend', port });
process.stdout.write(`${JSON.stringify({ url: url.replace('localhost', '127.0.0.1') })}\n`);
