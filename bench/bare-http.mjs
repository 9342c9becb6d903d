// The least that node:http can be: it reads and parses a body, and answers a bot that it has ready.
import { createServer } from 'node:http';

const ANSWER = Buffer.from(
  JSON.stringify({
    id: 'bot_0000000000000000',
    metadata: null,
    meeting_url: 'https://meet.google.com/abc-defg-hij',
    state: 'scheduled',
    events: [],
    transcription_state: 'not_started',
    recording_state: 'not_started',
    join_at: '2026-01-01T10:00:00Z',
    deduplication_key: null,
  }),
);

const answer = (response, status) => {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': ANSWER.length });
  response.end(ANSWER);
};

const server = createServer((request, response) => {
  if (request.method === 'GET') return answer(response, 200);
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    JSON.parse(Buffer.concat(parts).toString());
    answer(response, 201);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
