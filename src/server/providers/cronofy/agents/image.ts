import type { Job } from '../../../../clock/queue.js';
import type { JobDefinition } from '../../../engine/vendor.js';
import type { World } from '../../../engine/world.js';
import { sliceOf } from '../state.js';

/** Real milliseconds; the world stands still meanwhile. */
const GUARD_MS = 3000;

/**
 * The vendor fetches the image shortly before the agent joins (documented), here at its activation. An image that is
 * not there changes nothing else (assumed), but somebody should know.
 */
export function planImage(world: World, sub: string): void {
  world.clock.schedule({ due: world.now(), kind: 'cronofy.image', subject: sub });
}

async function fetchImage(world: World, job: Job): Promise<void> {
  const agent = sliceOf(world).agents.get(job.subject ?? '');
  if (agent?.image_url == null) return;
  const captured = world.transport.captures(agent.image_url);
  if (captured !== undefined) return world.note('image', agent.sub, `the image is not fetched: ${captured}`);
  const land = world.clock.activity.flight();
  const answer = await world.transport.send(
    agent.image_url,
    { method: 'GET', headers: { Accept: 'image/*' }, body: '' },
    GUARD_MS,
  );
  land();
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

export const imageJobs: Readonly<Record<string, JobDefinition>> = {
  'cronofy.image': { label: 'image is fetched', run: fetchImage },
};
