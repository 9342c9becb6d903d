// Prism with the exported document of the Attendee API, as its command sets it up in one process.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { getHttpOperationsFromSpec } = require('@stoplight/prism-http');
const { createServer } = require('@stoplight/prism-http-server');
const { createLogger } = require('@stoplight/prism-core');

const server = createServer(await getHttpOperationsFromSpec(process.argv[2]), {
  components: { logger: createLogger('bench', { level: 'silent' }) },
  cors: true,
  config: {
    checkSecurity: true,
    validateRequest: true,
    validateResponse: true,
    errors: false,
    upstreamProxy: undefined,
    mock: { dynamic: false },
    isProxy: false,
  },
});
process.stdout.write(`${JSON.stringify({ url: await server.listen(0, '127.0.0.1') })}\n`);
