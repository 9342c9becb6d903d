import { expectTypeOf, test } from 'vitest';
import type {
  Advance,
  AgentState,
  BotState,
  Delivery,
  DeliveryFault,
  Greenroom,
  OperationId,
  RequestFault,
  ScenarioName,
  SubjectState,
  Until,
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

test('what excludes one another does not go together', () => {
  expectTypeOf<{ subject: string; state: 'ended' }>().toExtend<Until>();
  expectTypeOf<{ webhook: { state: string } }>().toExtend<Until>();
  expectTypeOf<{ subject: string; state: 'ended'; webhook: {} }>().not.toExtend<Until>();
  expectTypeOf<{ by: string; job_limit: number }>().toExtend<Advance>();
  expectTypeOf<{ by: string; to: string }>().not.toExtend<Advance>();
  expectTypeOf<{ status: number; headers: {} }>().toExtend<RequestFault['do']>();
  expectTypeOf<{ status: number; reset: true }>().not.toExtend<RequestFault['do']>();
  expectTypeOf<{ drop: true; duplicate: number }>().not.toExtend<DeliveryFault['do']>();
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
