// The clients of a service: a process beside it. Each keeps its connection.
import { open, reader } from './wire.mjs';

let [port, token] = [0, ''];
/** Connections that wait for a request. */
const free = [];
/** With its keys, and the instant of its clock. */
const workspaces = [];

async function call(method, path, authorization, body, workspace) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const content = text && `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`;
  const of = workspace === undefined ? '' : `greenroom-workspace: ${workspace}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: ${authorization}\r\n${of}${content}\r\n`;
  const socket = free.pop() ?? (await open(port));
  const answer = await ask(socket, head + text);
  free.push(socket);
  return answer;
}

function ask(socket, request) {
  const read = reader();
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      socket.removeAllListeners();
      settle(value);
    };
    socket.on('data', (bytes) => {
      const answer = read(bytes);
      if (answer) end(resolve, answer);
    });
    socket.on('error', (error) => end(reject, error));
    socket.on('close', () => end(reject, new Error('the service closed a connection')));
    socket.write(request);
  });
}

async function expectStatus(status, answer) {
  const { status: was, text } = await answer;
  if (was !== status) throw new Error(`expected ${status}, was ${was}: ${text.slice(0, 500)}`);
  return text;
}

/** Does the work so often, by so many at once, and tells how long each took. */
async function times(count, clients, work) {
  const taken = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const number = next++;
      const from = performance.now();
      await work(number);
      taken.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return taken;
}

const control = (method, path, body, of) => call(method, `/_greenroom${path}`, `Bearer ${of?.token ?? token}`, body);
const pick = (number) => workspaces[number % workspaces.length];
const bot = (word) => ({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: word, metadata: { word } });
const create = ({ key, word }, status = 201) =>
  expectStatus(status, call('POST', '/api/v1/bots', `Token ${key}`, bot(word)));

/** Each world stands at another instant, and has a bot of its own. */
async function make(count, clients) {
  const taken = await times(count, clients, async (number) => {
    const made = JSON.parse(
      await expectStatus(
        201,
        control('POST', '/workspaces', {
          owner: `owner-${number}`,
          limits: { bots: 100_000, jobs: 1_000_000 },
          attendee: { concurrent_bots_limit: 'off' },
        }),
      ),
    );
    workspaces.push({ number, id: made.id, token: made.token, key: made.attendee.api_key, word: `word-${number}-end` });
  });
  await times(count, clients, async (index) => {
    const of = workspaces[index];
    of.bot = JSON.parse(await create(of)).id;
    await expectStatus(200, control('POST', '/clock/advance', { by: `${of.number + 1}s` }, of));
    of.now = JSON.parse(await expectStatus(200, control('GET', '/clock', undefined, of))).now;
  });
  return { times: taken };
}

/** One world moves far, the others' calls go on. Each bot's life is some thirty jobs. */
async function beside(jobs) {
  const mover = workspaces[0];
  let total = 0;
  for (const each = 31; total < jobs; total += each) await create(mover);
  const from = performance.now();
  const advanced = { ran: undefined };
  const advance = control('POST', '/clock/advance', { by: '2h' }, mover).then(({ text }) => {
    advanced.ran = JSON.parse(text).ran_total;
    return performance.now() - from;
  });
  const taken = [];
  for (let number = 1; advanced.ran === undefined; number = (number % (workspaces.length - 1)) + 1) {
    const at = performance.now();
    await create(workspaces[number]);
    taken.push(performance.now() - at);
  }
  const milliseconds = await advance;
  mover.now = JSON.parse(await expectStatus(200, control('GET', '/clock', undefined, mover))).now;
  return { times: taken, milliseconds, jobs: advanced.ran };
}

/** Asks worlds for their own, and with their keys for what is another's. */
async function check(count, within, clients) {
  const from = performance.now();
  let [done, wrong] = [0, 0];
  const words = /word-\d+-end|owner-\d+/g;
  await times(clients, clients, async (first) => {
    for (let number = first; done < count && performance.now() - from < within; number += clients) {
      const [of, other] = [pick(number), pick(number * 7 + 13)];
      const isOwn = (text) =>
        (text.match(words) ?? []).every((word) => word === of.word || word === `owner-${of.number}`);
      const kind = number % 4;
      const { status, text } =
        kind === 0
          ? await control('GET', '/clock', undefined, of)
          : kind === 1
            ? await call('GET', `/api/v1/bots/${of.bot}`, `Token ${of.key}`)
            : kind === 2
              ? await call('GET', `/_greenroom/clock?workspace=${other.id}`, `Bearer ${of.token}`)
              : await control('GET', '/workspaces', undefined, of);
      const isRight =
        kind === 0
          ? JSON.parse(text).now === of.now
          : kind === 2
            ? status === (other === of ? 200 : 404)
            : status === 200 && isOwn(text) && text.includes(kind === 1 ? of.word : of.key);
      done++;
      if (!isRight) wrong++;
    }
  });
  return { count: done, wrong, milliseconds: performance.now() - from };
}

let everyone = 1;
async function doTask(task) {
  if (task.begin) {
    ({ port, token, clients: everyone } = task.begin);
    return {};
  }
  if (task.make) return make(task.make, everyone);
  if (task.create) return { times: await times(task.create, task.clients, (number) => create(pick(number))) };
  if (task.beside) return beside(task.beside);
  return check(task.check, task.within, everyone);
}

process.on('message', (task) => {
  doTask(task).then(
    (result) => process.send(result),
    (error) => process.send({ fault: error.stack }),
  );
});
