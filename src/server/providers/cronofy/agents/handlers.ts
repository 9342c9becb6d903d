import { parseInstant } from '../../../../clock/instant.js';
import { CancelRequest, ScheduleRequest } from '../../../../contracts/cronofy/agents.js';
import type { World } from '../../../engine/world.js';
import { setSubject, type Call } from '../../provider.js';
import { admitted, type Caller } from '../accounts/authorize.js';
import { createAgent } from './agents.js';
import { renderAgent } from '../webhooks.js';
import { empty, json } from '../errors.js';
import { cancelAgent, hasBegunJoining, planActivation, replan } from './life.js';
import { settingsOf } from '../settings.js';
import { agentByKey, type Agent } from '../state.js';
import { checkSchedule, readBody } from '../validate.js';
import { askForAuthorization } from './zoom.js';

const scheduleMeetingAgent = admitted({ wants: 'either', agents: true }, (call, caller) => {
  const { world } = call;
  const read = readBody<ScheduleRequest>(call, ScheduleRequest);
  if ('refusal' in read) return read.refusal;
  const { body, errors } = read;
  const settings = settingsOf(world);
  checkSchedule(body, errors, { now: world.now(), settings });
  if (errors.any) return errors.reply();

  const present = body.scheduling_key === undefined ? undefined : agentByKey(world, body.scheduling_key);
  if (present && !hasBegunJoining(world, present)) {
    reschedule(call, present, body);
    return empty(202);
  }
  const agent = sendAgent(call, caller, body);
  if (body.scheduling_key !== undefined) return empty(202);
  const shown = renderAgent(agent);
  return json(200, settings.legacy_unnested_response ? shown : { meeting_agent: shown });
});

function sendAgent(call: Call, { foreignSecret }: Caller, body: ScheduleRequest): Agent {
  const { world } = call;
  const agent = createAgent(world, call, {
    scheduling_key: body.scheduling_key ?? null,
    event: null,
    immediate: body.join_time === undefined,
    join_url: body.join_url,
    join_time: parseInstant(body.join_time ?? '') ?? world.now(),
    on_behalf_of: body.on_behalf_of_attendee.email,
    display_name: body.display_name ?? null,
    image_url: body.image_url ?? null,
    subscriptions: body.subscriptions ?? [],
    foreignSecret,
  });
  setSubject(call, agent.sub);
  planActivation(world, agent);
  askForAuthorization(world, agent);
  return agent;
}

/** The documented three are replaced; whatever else the body says is left as it was, unless a setting says otherwise. */
function reschedule(call: Call, agent: Agent, body: ScheduleRequest): void {
  setSubject(call, agent.sub);
  agent.join_url = body.join_url;
  agent.join_time = parseInstant(body.join_time ?? '') ?? agent.join_time;
  if (body.subscriptions !== undefined) agent.subscriptions = body.subscriptions;
  replaceRest(call.world, agent, body);
  replan(call.world, agent);
  askForAuthorization(call.world, agent);
}

function replaceRest(world: World, agent: Agent, body: ScheduleRequest): void {
  const said = {
    display_name: body.display_name ?? agent.display_name,
    image_url: body.image_url ?? agent.image_url,
    on_behalf_of: body.on_behalf_of_attendee.email,
  };
  if (settingsOf(world).reschedule_replaces === 'everything') return void Object.assign(agent, said);
  const kept = Object.entries(said).filter(([name, value]) => agent[name as keyof typeof said] !== value);
  if (kept.length > 0)
    world.note(
      'reschedule',
      agent.sub,
      `the agent keeps its ${kept.map(([name]) => name).join(', ')}: no page says that a reschedule replaces more than ` +
        'join_url, join_time and subscriptions; the setting reschedule_replaces changes it',
    );
}

/** An unknown key and one whose agent has begun joining are also answered 202 (assumed; the latter stays active, documented). */
const cancelMeetingAgent = admitted({ wants: 'api_key', agents: true }, (call) => {
  const { world } = call;
  const read = readBody<CancelRequest>(call, CancelRequest);
  if ('refusal' in read) return read.refusal;
  const { body, errors } = read;
  const { scheduling_key } = body;
  if (scheduling_key === '') {
    errors.add('scheduling_key', 'required', 'required');
    return errors.reply();
  }
  const agent = agentByKey(world, scheduling_key);
  if (agent) setSubject(call, agent.sub);
  if (agent) cancelAgent(world, agent);
  else
    world.note(
      'cancel',
      null,
      `no agent was ever scheduled with the key ${scheduling_key}; the vendor answers 202 all the same`,
    );
  return empty(202);
});

export const agentHandlers = { scheduleMeetingAgent, cancelMeetingAgent };
