import { parseInstant } from '../../../clock/instant.js';
import { CancelRequest, ScheduleRequest } from '../../../contracts/cronofy/schemas.js';
import { setSubject, type Call, type Handler, type Reply } from '../provider.js';
import { renderAgent } from './callbacks.js';
import { empty, FieldErrors, json, unauthorized } from './errors.js';
import { applyEvent, hasBegunJoining, planActivation, replan } from './life.js';
import { settingsOf } from './settings.js';
import { agentByKey, sliceOf, type Agent } from './state.js';
import { checkSchedule, checkShape } from './validate.js';

/** A body that is not JSON is refused like one without the required fields (assumed: the vendor's answer is unknown). */
function parseBody(text: string): { readonly value: unknown } | { readonly refusal: Reply } {
  try {
    return { value: text === '' ? {} : JSON.parse(text) };
  } catch {
    const errors = new FieldErrors();
    errors.add('body', 'invalid_json', 'must be valid JSON');
    return { refusal: errors.reply() };
  }
}

/** With `token_kinds: "separate"` an access token is refused where the API key belongs. */
function wantsApiKey({ world, credential }: Call): boolean {
  const { token_kinds, access_token } = settingsOf(world);
  return token_kinds === 'separate' && credential.value === access_token;
}

const scheduleMeetingAgent: Handler = (call) => {
  const { world, request } = call;
  if (wantsApiKey(call)) return unauthorized();
  const parsed = parseBody(request.body);
  if ('refusal' in parsed) return parsed.refusal;
  const errors = checkShape(ScheduleRequest, parsed.value);
  if (errors.any) return errors.reply();
  const body = parsed.value as ScheduleRequest;
  const settings = settingsOf(world);
  checkSchedule(body, errors, { now: world.now(), refuseLocalUrls: settings.refuseLocalUrls });
  if (errors.any) return errors.reply();

  const present = body.scheduling_key === undefined ? undefined : agentByKey(world, body.scheduling_key);
  if (present && !hasBegunJoining(world, present)) {
    reschedule(call, present, body);
    return empty(202);
  }
  const agent = createAgent(call, body);
  if (body.scheduling_key !== undefined) return empty(202);
  const shown = renderAgent(agent);
  return json(200, settings.legacy_unnested_response ? shown : { meeting_agent: shown });
};

function createAgent(call: Call, body: ScheduleRequest): Agent {
  const { world, request, credential } = call;
  const slice = sliceOf(world);
  const agent: Agent = {
    sub: `agt_${world.random.hex('agt', 24)}`,
    state: body.scheduling_key === undefined ? 'created' : 'scheduled',
    scheduling_key: body.scheduling_key ?? null,
    join_url: body.join_url,
    join_time: parseInstant(body.join_time ?? '') ?? world.now(),
    on_behalf_of: body.on_behalf_of_attendee.email,
    display_name: body.display_name ?? null,
    image_url: body.image_url ?? null,
    subscriptions: body.subscriptions ?? [],
    foreignSecret: credential.issued ? null : credential.value,
    origin: request.origin,
    job: null,
  };
  world.play.cast(world, 'cronofy', agent.sub, {
    header: request.headers['greenroom-scenario'],
    meetingUrl: body.join_url,
    agentName: body.display_name,
  });
  slice.agents.add(agent);
  if (agent.scheduling_key !== null) slice.byKey[agent.scheduling_key] = agent.sub;
  setSubject(call, agent.sub);
  planActivation(world, agent);
  return agent;
}

/** The documented three are replaced; whatever else the body says is left as it was (assumed). */
function reschedule(call: Call, agent: Agent, body: ScheduleRequest): void {
  setSubject(call, agent.sub);
  agent.join_url = body.join_url;
  agent.join_time = parseInstant(body.join_time ?? '') ?? agent.join_time;
  if (body.subscriptions !== undefined) agent.subscriptions = body.subscriptions;
  replan(call.world, agent);
}

/** An unknown key and one whose agent has begun joining are also answered 202 (assumed; the latter stays active, documented). */
const cancelMeetingAgent: Handler = (call) => {
  const { world, request } = call;
  if (wantsApiKey(call)) return unauthorized();
  const parsed = parseBody(request.body);
  if ('refusal' in parsed) return parsed.refusal;
  const errors = checkShape(CancelRequest, parsed.value);
  if (errors.any) return errors.reply();
  const { scheduling_key } = parsed.value as CancelRequest;
  const agent = agentByKey(world, scheduling_key);
  if (agent) setSubject(call, agent.sub);
  if (!agent)
    world.note(
      'cancel',
      null,
      `no agent was ever scheduled with the key ${scheduling_key}; the vendor answers 202 all the same`,
    );
  else if (hasBegunJoining(world, agent))
    world.note('cancel', agent.sub, `the agent is ${agent.state} and stays as it is`);
  else {
    world.clock.cancel(agent.job);
    agent.job = null;
    applyEvent(world, agent, 'cancelled');
  }
  return empty(202);
};

export const handlers: Readonly<Record<string, Handler>> = { scheduleMeetingAgent, cancelMeetingAgent };
