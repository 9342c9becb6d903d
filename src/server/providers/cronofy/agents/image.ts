import type { World } from '../../../engine/world.js';
import { jobs } from '../jobs.js';
import { sliceOf } from '../state.js';

/** Real milliseconds; the world stands still meanwhile. */
const GUARD_MS = 3000;

/**
 * The vendor fetches the image shortly before the agent joins (documented), here at its activation. An image that is
 * not there changes nothing else (assumed), but somebody should know.
 */
export function planImage(world: World, sub: string): void {
  jobs.plan(world, 'image', { due: world.now(), subject: sub });
}

/** Fetches the image of an agent. */
export async function fetchImage(world: World, sub: string): Promise<void> {
  const agent = sliceOf(world).agents.get(sub);
  if (agent?.image_url == null) return;
  const destination = world.transport.destinationOf(agent.image_url);
  if (destination.kind === 'captured')
    return world.note('image', agent.sub, `the image is not fetched: ${destination.reason}`);
  const message = { method: 'GET', headers: { Accept: 'image/*' }, body: '' } as const;
  const answer = await world.clock.activity.flight({}, (onEnd) =>
    world.transport.send(destination, message, { guardMs: GUARD_MS, onEnd }),
  );
  if (world.clock.activity.ended) return;
  if (answer.status !== undefined && answer.status >= 200 && answer.status < 300) {
    return world.note('image', agent.sub, 'the image is fetched');
  }
  world.violation('cronofy', 'image_url ', agent.sub, {
    rule: 'unreachable-url',
    severity: 'error',
    pointer: '/image_url',
    expected: 'an image that can be fetched shortly before the agent joins',
    was: answer.status === undefined ? `no answer (${answer.outcome})` : `status ${answer.status}`,
  });
}
