// What is measured, and the bare programs that it is measured against. They all take the same calls.
import { start } from './server.mjs';

export const GREENROOM = ['dist/bin/greenroom.js', '--port', '0', '--json', '--clock', 'frozen'];
export const BARE_HONO = ['bench/bare.mjs'];
const BARE_HTTP = ['bench/bare-http.mjs'];

/** A started program as a server that is called: the calls are those of the Attendee API. */
export const callable = (name, started, { keeps = false, key = 'k' } = {}) => {
  const headers = { authorization: `Token ${key}` };
  return {
    name,
    keeps,
    url: started.url,
    create: (body) => ({ method: 'POST', path: '/api/v1/bots', headers, body }),
    read: (id) => ({ method: 'GET', path: `/api/v1/bots/${id}`, headers }),
    idOf: ({ id }) => id,
    stop: started.stop,
  };
};

/** Bare node:http, which is the measure of the others, bare Hono, and greenroom. */
export async function ownServers() {
  const greenroom = await start(...GREENROOM);
  return [
    callable('node:http', await start(...BARE_HTTP)),
    callable('greenroom', greenroom, { keeps: true, key: greenroom.attendee.api_key }),
    callable('Hono', await start(...BARE_HONO)),
  ];
}
