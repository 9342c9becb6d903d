// A receiver as people write their first: whatever its handler throws ends the process. Its secret, its port and
// whether it keeps each message once, as a unique index does, are in the environment.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';

const { SECRET, PORT, UNIQUE } = process.env;
const kept = new Set();

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    if (request.method !== 'POST') return response.end(String(kept.size));
    const right = createHmac('sha256', SECRET).update(body).digest('base64');
    // Without the header there is nothing to split.
    const isRight = request.headers['cronofy-hmac-sha256'].split(',').includes(right);
    if (isRight && UNIQUE && kept.has(body)) throw new Error('duplicate key');
    if (isRight) kept.add(body);
    return response.writeHead(isRight ? 200 : 401).end();
  });
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(server.address().port));
