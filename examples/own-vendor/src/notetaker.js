// A vendor of one's own: a small notetaker API. It exists nowhere; its evidence is this file.
import { Type } from '@sinclair/typebox';
import {
  Collection,
  commonSettings,
  credential,
  defineContract,
  defineJobs,
  defineVendor,
  flag,
  formatInstant,
  json,
  nextState,
  parseInstant,
  setSubject,
  standardWebhooks,
  withBody,
} from 'greenroom/vendor';

const NAME = 'notetaker';
const PATH = '/notes/v1/notetakers';
const evidence = { basis: 'documented', source: 'examples/own-vendor', date: '2026-11-26' };

// Its facts: the shapes, the calls, the life, the webhook.

const Notetaker = Type.Object({
  id: Type.String(),
  meeting_url: Type.String(),
  join_at: Type.String(),
  status: Type.String(),
  reason: Type.Union([Type.String(), Type.Null()]),
  transcript: Type.Array(Type.Object({ speaker: Type.String(), text: Type.String() })),
});
const NewNotetaker = Type.Object({
  meeting_url: Type.String({ pattern: '^https://', expected: 'an https URL' }),
  join_at: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String()),
  webhook_url: Type.Optional(Type.String()),
});
const Failure = Type.Object({ error: Type.String() });

const answer = (description, body) => ({ description, evidence, ...(body ? { body } : {}) });
const refusals = { 401: answer('No good key', Failure) };
const notFound = { ...refusals, 404: answer('There is none', Failure) };
const call = (id, method, path, rest) => ({ id, method, path, auth: 'api_key', evidence: [evidence], ...rest });

const EVENTS = {
  admitted: { from: ['scheduled'], to: 'recording' },
  finished: { from: ['recording'], to: 'done' },
  failed: { from: ['scheduled', 'recording'], to: 'failed' },
};
const REASONS = ['cancelled', 'could_not_join', 'denied', 'crashed', 'nobody_opened'];

const contract = defineContract({
  provider: NAME,
  title: 'Notetaker API',
  version: '1',
  servers: ['https://api.notetaker.example'],
  operations: [
    call('createNotetaker', 'POST', PATH, {
      summary: 'Send a notetaker to a meeting',
      body: NewNotetaker,
      responses: { 201: answer('It is scheduled', Notetaker), 400: answer('A field is wrong', Failure), ...refusals },
    }),
    call('listNotetakers', 'GET', PATH, {
      summary: 'Every notetaker',
      responses: { 200: answer('All of them', Type.Object({ notetakers: Type.Array(Notetaker) })), ...refusals },
    }),
    call('getNotetaker', 'GET', `${PATH}/{id}`, {
      summary: 'One notetaker',
      responses: { 200: answer('As it is now', Notetaker), ...notFound },
    }),
    call('cancelNotetaker', 'DELETE', `${PATH}/{id}`, {
      summary: 'Call a notetaker back',
      responses: { 204: answer('It will not join'), 409: answer('It is over', Failure), ...notFound },
    }),
  ],
  webhooks: [
    {
      type: 'notetaker.updated',
      summary: 'A notetaker has another status',
      body: Type.Object({ type: Type.Literal('notetaker.updated'), data: Notetaker }),
      states: ['recording', 'done', 'failed'],
      evidence: [evidence],
    },
  ],
  lifecycle: { states: ['scheduled', 'recording', 'done', 'failed'], events: EVENTS, subTypes: { failed: REASONS } },
  signature: { header: 'webhook-signature', summary: 'Standard Webhooks, version 1', evidence },
  shapes: { Notetaker, NewNotetaker, Failure },
});

const signing = standardWebhooks({ userAgent: 'notetaker/1', timeout: '10s', retryDelays: ['5s', '5m'] });

const settings = Type.Object(
  {
    api_key: credential(Type.String(), 'The key of the account'),
    webhook_secret: credential(Type.String(), 'The secret of its webhooks'),
    ...commonSettings(signing),
    speaker_names: flag('Transcripts name the speakers', { default: true }),
  },
  { additionalProperties: false },
);

const profile = {
  name: NAME,
  title: 'Notetaker',
  agent: 'notetaker',
  contract,
  signing,
  settings,
  credentials: { api_key: 'ntk_key_', webhook_secret: 'whsec_' },
  unknownId: 'ntk_000000000000000000000000',
  subjectKeys: ['reference'],
  sample: {
    agent: ({ meetingUrl, joinAt, key, webhookUrl }, { api_key }) => ({
      method: 'POST',
      path: PATH,
      authorization: `Bearer ${api_key}`,
      body: { meeting_url: meetingUrl, join_at: joinAt, reference: key, webhook_url: webhookUrl },
    }),
  },
  scenario: { unsupported: [{ word: '/chat', why: 'no resource holds the chat' }] },
};

// Its code: what it keeps, what moves it, what it answers.

const notetakersOf = (world) => world.slice(NAME).notetakers;
const show = ({ webhook_url: _url, reference: _reference, ...rest }) => rest;
const jobs = defineJobs(NAME);

/** Moves a notetaker along its table, and tells its subscriber. */
function apply(world, id, event, reason = null) {
  const notetaker = notetakersOf(world).get(id);
  const to = notetaker && nextState(EVENTS, notetaker.status, event);
  if (to === undefined) return false;
  const sub_type = reason === null ? {} : { sub_type: reason };
  world.log({ kind: 'transition', provider: NAME, subject: id, event, from: notetaker.status, to, ...sub_type });
  Object.assign(notetaker, { status: to, reason });
  if (to !== 'recording') world.player.forget(world, id);
  const payload = JSON.stringify({ type: 'notetaker.updated', data: show(notetaker) });
  if (notetaker.webhook_url !== null)
    world.enqueue({
      provider: NAME,
      type: 'notetaker.updated',
      subject: id,
      state: to,
      ...sub_type,
      url: notetaker.webhook_url,
      payload,
    });
  return true;
}

const fail = (reason) => (world, id) => apply(world, id, 'failed', reason);
const leave = (world, id) => world.player.exit(world, id);

const withOne = (handler) => (given) => {
  const notetaker = notetakersOf(given.world).get(given.params.id);
  if (!notetaker) return json(404, { error: 'not_found' });
  setSubject(given, notetaker.id);
  return handler(given, notetaker);
};

const provider = {
  owns: (path) => path.startsWith('/notes/'),
  createState: () => ({ notetakers: new Collection(({ id }) => id) }),
  findSubject(world, wanted) {
    const found = notetakersOf(world).find(
      ({ id, reference }) => id === wanted || (reference !== null && reference === wanted.reference),
    );
    return found && { id: found.id, state: found.status };
  },
  jobs: jobs.define({
    join: {
      label: 'notetaker joins',
      run: (world, id) => world.player.enter(world, id, notetakersOf(world).get(id).meeting_url),
    },
  }),
  meetingEvents: {
    couldNotJoin: fail('could_not_join'),
    denied: fail('denied'),
    crashed: fail('crashed'),
    admitted: (world, id) => apply(world, id, 'admitted'),
    spoke(world, id, { speaker, text }) {
      const name = world.settings(NAME).speaker_names ? speaker.name : '';
      notetakersOf(world).get(id).transcript.push({ speaker: name, text });
    },
    left: leave,
    removed: leave,
    meetingEnded: (world, id) =>
      notetakersOf(world).get(id).status === 'scheduled' && apply(world, id, 'failed', 'nobody_opened'),
    artefactsReady: (world, id) => apply(world, id, 'finished'),
  },
  handlers: {
    createNotetaker: withBody((given, { meeting_url, join_at, reference = null, webhook_url = null }) => {
      const { world } = given;
      const due = join_at === undefined ? world.now() : parseInstant(join_at);
      if (typeof meeting_url !== 'string' || !meeting_url.startsWith('https://') || due === undefined)
        return json(400, { error: due === undefined ? 'invalid join_at' : 'invalid meeting_url' });
      const id = `ntk_${world.random.hex(NAME, 24)}`;
      const made = {
        id,
        meeting_url,
        join_at: formatInstant(due),
        status: 'scheduled',
        reason: null,
        transcript: [],
        reference,
        webhook_url,
      };
      notetakersOf(world).add(made);
      setSubject(given, id);
      world.player.cast(world, NAME, id, {
        header: given.request.headers['greenroom-scenario'],
        meetingUrl: meeting_url,
      });
      jobs.plan(world, 'join', { due, subject: id });
      return json(201, show(made));
    }),
    listNotetakers: ({ world }) => json(200, { notetakers: [...notetakersOf(world).values()].map(show) }),
    getNotetaker: withOne((_, notetaker) => json(200, show(notetaker))),
    cancelNotetaker: withOne(({ world }, { id }) =>
      apply(world, id, 'failed', 'cancelled') ? { status: 204 } : json(409, { error: 'over' }),
    ),
  },
};

export const notetaker = defineVendor({ profile, provider });
