import { createServer } from 'node:http';

/** Serves what `answer` makes of each request and its JSON, at the port of the environment; whatever it throws is a 500. */
export const serve = (answer) =>
  createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    try {
      response.end(JSON.stringify(await answer(request, text === '' ? {} : JSON.parse(text))));
    } catch {
      response.writeHead(500).end();
    }
  }).listen(Number(process.env.PORT), '127.0.0.1');
