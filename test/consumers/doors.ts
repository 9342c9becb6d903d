// A user's program: it must type-check against the packed tarball with each supported compiler, and is never run.
import {
  connectGreenroom,
  createGreenroom,
  GreenroomError,
  startGreenroom,
  type Delivery,
  type ErrorCode,
  type Greenroom,
  type SubjectState,
} from 'greenroom';
import { attendeeContract, check, cronofyContract } from 'greenroom/contracts';
import { assertDelivered, assertNoViolations, assertReached, testRoom, withRoom } from 'greenroom/testing';
import { matchers, roomFixtures, type GreenroomMatchers } from 'greenroom/playwright';
import { signCronofy, verifyAttendee, verifyCronofy, type AttendeeWebhook } from 'greenroom/webhooks';

export async function wholeLife(): Promise<string[]> {
  await using room: Greenroom = await startGreenroom({ port: 0, seed: 7, scenario: 'happy-path' });
  const bot = { id: 'bot_x' };
  const state: SubjectState = 'ended';
  await room.clock.until({ subject: bot.id, state }, { within: '2h' });
  {
    await using hold = await room.clock.hold({ reason: 'work' });
    await hold.release();
  }
  const { deliveries } = await room.deliveries.list({ type: 'bot.state_change' });
  const states: string[] = deliveries.map(({ body }) => body.data.new_state);
  const { entries } = await room.timeline({ kind: 'transition' });
  const text: string = await room.timeline({ as: 'text' });
  const { ok, closest } = await room.requests.verify({ match: { operation: 'createBot' }, times: { at_least: 1 } });
  await room.faults.add({ on: 'delivery', match: { type: 'meeting_agent_complete' }, do: { duplicate: 1 } });
  await room.casting.add({ scenario: 'manual', match: { bot_name: '/Notes/' }, times: 1 });
  await using workspace = await room.workspace({
    attendee: { project_webhooks: [{ url: 'https://app.test', triggers: ['bot.state_change'] }] },
    receivers: { 'https://app.test': () => new Response() },
  });
  await assertReached(workspace.subject(bot), 'ended');
  await assertDelivered(room, { type: 'bot.state_change', subject: bot, state: 'ended' });
  await assertNoViolations(room, { ignore: ['unknown-field'] });
  return [...states, ...entries.map(({ from, to }) => from + to), text, String(ok), ...closest.map(({ id }) => id)];
}

export function told(delivery: Delivery): string {
  switch (delivery.type) {
    case 'bot.state_change':
      return delivery.body.data.new_state;
    case 'meeting_agent_complete':
      return delivery.body.meeting_agent.sub;
    default:
      return delivery.provider;
  }
}

export function hears(body: string, signature: string | null): AttendeeWebhook['type'] | undefined {
  const result = verifyAttendee({ body, signature, secret: 'c2VjcmV0' });
  if (!result.ok) return result.reason === 'wrong_signature' ? undefined : undefined;
  const agent = verifyCronofy({ body: Buffer.from(body), signature: signCronofy(body, ['a', 'b']), secret: 'a' });
  if (agent.ok && agent.webhook.type === 'conferencing_assigned') return undefined;
  return result.webhook.type;
}

export const codes: readonly ErrorCode[] = ['USAGE', 'NOT_REACHED'];
export const isOurs = (error: unknown): error is GreenroomError => error instanceof GreenroomError;
export const titles: readonly string[] = [attendeeContract.title, cronofyContract.title];
export const doors = { check, connectGreenroom, createGreenroom, matchers, roomFixtures, testRoom, withRoom };
export type Matchers = GreenroomMatchers;

// What makes no sense must not compile.
export function mistakes(room: Greenroom): unknown[] {
  return [
    // @ts-expect-error -- no such state
    room.clock.until({ subject: 'bot_x', state: 'endet' }),
    // @ts-expect-error -- no such option
    startGreenroom({ sede: 7 }),
    // @ts-expect-error -- no such webhook
    room.deliveries.list({ type: 'bot.state_changed' }),
    // @ts-expect-error -- no such operation
    room.requests.list({ operation: 'makeBot' }),
    // @ts-expect-error -- a fault does something
    room.faults.add({ on: 'request' }),
  ];
}
