// What calendars cost: a query over many of them, and a week in which people change their events and channels tell of it.
import { makeServer } from '../build/server/server.js';

const PEOPLE = 10;
const DAYS = 35;
const EVENTS = 2000;
const CALENDARS = 100;
const QUERIES = 20;
const HOUR = 3_600_000;
const START = Date.parse('2026-01-05T00:00:00Z');

/** Milliseconds of the processor, in which what others do on the machine does not count, and of real time. */
const spent = () => {
  const { user, system } = process.cpuUsage();
  return { processor: (user + system) / 1000, real: performance.now() };
};

async function measured(work) {
  const from = spent();
  await work();
  const to = spent();
  return { processor: to.processor - from.processor, real: to.real - from.real };
}

const medianOf = (times, name) => times.map((one) => one[name]).toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const sumOf = (times, name) => times.reduce((sum, one) => sum + one[name], 0);
const iso = (at) => new Date(at).toISOString().replace('.000Z', 'Z');

function opened() {
  const server = makeServer();
  const call = async (method, path, body, headers = {}) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
    const answer = await server.app.fetch(new Request(`http://localhost${path}`, { method, headers: all, ...sent }));
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
  return { server, call };
}

/** A room with application calendars in it: the sub, the token and the calendar of each. */
async function withCalendars(count) {
  const { server, call } = opened();
  const made = await call('POST', '/_greenroom/workspaces', { clock: { now: iso(START) }, journal: 1000 });
  const { client_id, client_secret } = made.cronofy;
  const people = [];
  for (let n = 0; n < count; n++) {
    const wanted = { client_id, client_secret, application_calendar_id: `calendar-${n}` };
    const { sub, access_token } = await call('POST', '/v1/application_calendars', wanted);
    const authorization = `Bearer ${access_token}`;
    const { calendars } = await call('GET', '/v1/calendars', undefined, { authorization });
    people.push({ sub, authorization, calendar: calendars[0].calendar_id });
  }
  const control = (method, path, body) => call(method, `/_greenroom${path}`, body, { 'greenroom-workspace': made.id });
  const add = (calendar_id, start, length) =>
    control('POST', '/backstage', { kind: 'event_added', calendar_id, start: iso(start), end: iso(start + length) });
  return { server, call, control, add, people, authorization: `Bearer ${client_secret}` };
}

async function availability() {
  const room = await withCalendars(PEOPLE);
  for (let n = 0; n < EVENTS; n++) {
    const start = START + ((n * 7919) % (DAYS * 24 * 4)) * (HOUR / 4);
    await room.add(room.people[n % PEOPLE].calendar, start, HOUR / 2);
  }
  const times = [];
  for (const response_format of ['periods', 'slots', 'overlapping_slots'])
    for (let n = 0; n < QUERIES; n++) {
      const body = {
        participants: [{ members: room.people.map(({ sub }) => ({ sub })), required: 1 }],
        required_duration: { minutes: 30 },
        query_periods: [{ start: iso(START), end: iso(START + DAYS * 24 * HOUR) }],
        response_format,
        max_results: 512,
      };
      const { authorization } = room;
      times.push(await measured(() => room.call('POST', '/v1/availability', body, { authorization })));
    }
  room.server.close();
  return times;
}

async function week() {
  const room = await withCalendars(CALENDARS);
  for (const { calendar, authorization } of room.people) {
    await room.call('POST', '/v1/channels', { callback_url: 'https://app.acme.io/hook' }, { authorization });
    for (let day = 0; day < 5; day++) {
      const start = START + (day * 24 + 10) * HOUR;
      const event = { event_id: `day-${day}`, summary: 'Meeting', start: iso(start), end: iso(start + HOUR) };
      const agent = { conferencing: { profile_id: 'default' }, meeting_agent: { profile_id: 'cronofy' } };
      await room.call('POST', `/v1/calendars/${calendar}/events`, { ...event, ...agent }, { authorization });
    }
  }
  const times = [];
  for (let day = 0; day < 7; day++) {
    for (const { calendar } of room.people) await room.add(calendar, START + (day * 24 + 14) * HOUR, HOUR);
    times.push(await measured(() => room.control('POST', '/clock/advance', { by: '1d' })));
  }
  room.server.close();
  return times;
}

export async function run() {
  const [queries, days] = [await availability(), await week()];
  const query = (name) => `${medianOf(queries, name).toFixed(1)} ms`;
  const life = (name) => `${(sumOf(days, name) / 1000).toFixed(2)} s`;
  const row = (what, figure, aim) => [what, figure('real'), figure('processor'), aim];
  return {
    head: ['figure', 'real time', 'of the processor', 'aim'],
    rows: [
      row(`availability of ${PEOPLE} people over ${DAYS} days with ${EVENTS} events`, query, '< 20 ms'),
      row(`a week of ${CALENDARS} calendars with channels and agents`, life, '< 2 s'),
    ],
  };
}
