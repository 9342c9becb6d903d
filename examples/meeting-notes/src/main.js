import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { createApp } from './app.js';
import { readConfig } from './config.js';

const HOUR_MS = 3_600_000;

const config = readConfig(process.env);
const server = serve({ fetch: (request) => app.fetch(request), port: config.port, hostname: '127.0.0.1' });
if (!server.listening) await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const app = createApp({ ...config, publicUrl: config.publicUrl ?? url });
await app.resume();
const reconciling = setInterval(() => {
  app.reconcile().catch((error) => console.error(`Not reconciled: ${error.message}`));
}, HOUR_MS);
console.log(`meeting-notes listens on ${url}`);

process.once('SIGTERM', () => {
  clearInterval(reconciling);
  server.close();
  app.close();
});
