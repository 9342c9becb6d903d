// Scalar's mock server with the exported document of the Attendee API.
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { createMockServer } from '@scalar/mock-server';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { fetch } = await createMockServer({ document });
serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
