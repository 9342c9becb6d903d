import { expectTypeOf, test } from 'vitest';
import type {
  AgentState,
  BotState,
  Delivery,
  Greenroom,
  OperationId,
  ScenarioName,
  SubjectState,
  WebhookType,
} from '../../src/index.js';
import type { AttendeeWebhook, CronofyWebhook } from '../../src/webhooks.js';

// What these hold, the compiler holds: a wrong line does not get past `npm run check`.

test('words are unions that an editor completes', () => {
  expectTypeOf<SubjectState>().toEqualTypeOf<AgentState | BotState>();
  expectTypeOf<'ended'>().toExtend<BotState>();
  expectTypeOf<'complete'>().toExtend<AgentState>();
  expectTypeOf<string>().not.toExtend<SubjectState>();
  expectTypeOf<'createBot' | 'scheduleMeetingAgent' | 'upsertEvent'>().toExtend<OperationId>();
  expectTypeOf<string>().not.toExtend<OperationId>();
  expectTypeOf<'happy-path'>().toExtend<ScenarioName>();
  expectTypeOf<'my-own'>().toExtend<ScenarioName>();
  expectTypeOf<WebhookType>().toEqualTypeOf<AttendeeWebhook['type'] | CronofyWebhook['type']>();
});

test('a delivery has the body of its webhook', () => {
  type BodyOf<T extends WebhookType> = Delivery<T>['body'];
  expectTypeOf<BodyOf<'bot.state_change'>['data']['new_state']>().toEqualTypeOf<BotState>();
  expectTypeOf<BodyOf<'meeting_agent_complete'>['meeting_agent']['state']>().toEqualTypeOf<
    'created' | 'complete' | 'failed'
  >();
  expectTypeOf<BodyOf<'transition'>['notification']['type']>().toEqualTypeOf<'event_subscription'>();
  expectTypeOf<BodyOf<'transcript.update'>['data']['speaker_name']>().toEqualTypeOf<string | null>();
  expectTypeOf<Delivery<'bot.state_change'>['provider']>().toEqualTypeOf<'attendee'>();
  expectTypeOf<Delivery<'conferencing_failing'>['provider']>().toEqualTypeOf<'cronofy'>();
});

test('one that is told by its type from others narrows', () => {
  const told = (delivery: Delivery): string =>
    delivery.type === 'bot.state_change' ? delivery.body.data.new_state : delivery.type;
  expectTypeOf(told).returns.toEqualTypeOf<string>();
});

test('a room can be disposed of, and everything in it is promised', () => {
  expectTypeOf<Greenroom>().toExtend<AsyncDisposable>();
  expectTypeOf<Greenroom['clock']['now']>().returns.toEqualTypeOf<Promise<string>>();
  expectTypeOf<Awaited<ReturnType<Greenroom['clock']['hold']>>>().toExtend<AsyncDisposable>();
});
