import { heldBy, withHold } from '../../clock/rest/holds.js';
import { formatInstant } from '../../clock/instant.js';
import { monotonic, turn } from '../../clock/real-time.js';
import { CheckpointBody, RewindBody, type Checkpoint } from '../../contracts/control/history.js';
import { GreenroomError } from '../../errors.js';
import { controlCall, told } from '../../told.js';
import type { World } from '../engine/world.js';
import { changesSince } from '../history/changes.js';
import type * as history from '../history/checkpoints.js';
import { addCheckpoint, demandCheckpoint, rewind, type Target } from '../history/rewind.js';
import { linesOf } from '../history/run-text.js';
import { inPieces, longJson } from '../pieces.js';
import { instantAt } from './body.js';
import { json, noContent, SETTLE_LIMIT_MS, type ControlHandler, type RouteOptions } from './call.js';
import { printChanges } from './changes.js';
import { assertQuery, parameterAt, wholeNumber } from './query.js';
import { atRest } from './reads.js';

/** Going back in time. */
export function historyRoutes({ workspaces, vendors, version, runServer }: RouteOptions) {
  return {
    list: ({ workspace: { history } }) => json({ checkpoints: history.checkpoints.list().map(renderCheckpoint) }),
    add: async ({ workspace, body }) => {
      const { name } = body(CheckpointBody);
      await assertRest(workspace.world, 'make the checkpoint');
      return json(renderCheckpoint(addCheckpoint(workspace, name)), 201);
    },
    remove: ({ workspace: { history }, param }) => {
      history.forget(demandCheckpoint(history, param('name')));
      return noContent;
    },
    rewind: async ({ workspace, body }) => {
      const target = targetOf(body(RewindBody));
      await assertRest(workspace.world, 'rewind');
      const [hold] = workspace.world.clock.activity.holds;
      if (hold) throw heldBy(hold, 'rewind');
      const branch = await rewind(workspaces, workspace, target);
      return json({ now: formatInstant(workspace.world.now()), branch: renderCheckpoint(branch) });
    },
    changes: async ({ workspace, query, headers }) => {
      assertQuery(query, { since: 'any', limit: 'any' });
      const since = query.get('since');
      if (since === null) throw missingSince();
      await assertRest(workspace.world, 'tell what has changed');
      const limit = wholeNumber(query, 'limit', CHANGES_SHOWN);
      const found = await changesSince(workspace, { doors: workspaces.doors!, vendors }, { since, limit });
      const changes = { ...found, since: renderCheckpoint(found.since) };
      if (!(headers['accept'] ?? '').startsWith('text/plain')) return longJson(changes);
      return {
        status: 200,
        headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        pieces: inPieces(printChanges(changes)),
      };
    },
    run: async ({ workspace, reader }) => {
      await atRest(workspace.world, reader);
      const pieces = inPieces(linesOf(workspace, { version, server: runServer }));
      return { status: 200, headers: { 'Content-Type': 'application/jsonl' }, pieces };
    },
  } satisfies Record<string, ControlHandler>;
}

const CHANGES_SHOWN = 100;

const missingSince = (): GreenroomError =>
  new GreenroomError(
    'INVALID_BODY',
    told`${parameterAt('since')}expected ?since= with the name of a checkpoint, was nothing. ${controlCall('POST', '/checkpoints')} makes one.`,
    { pointer: '?since', expected: 'the name of a checkpoint', was: '' },
  );

const renderCheckpoint = ({ name, at: { now, seq }, isBranch }: history.Checkpoint): Checkpoint => ({
  name,
  at: formatInstant(now),
  seq,
  branch: isBranch,
});

function targetOf(body: RewindBody): Target {
  if (!('to' in body)) return body;
  return { to: instantAt('/to', body.to, 'rewind') };
}

/** Throws CLOCK_BUSY while an advance is under way, or something is on its way; not for a hold. An auto clock is waited for. */
async function assertRest({ clock }: World, what: string): Promise<void> {
  const deadline = monotonic() + SETTLE_LIMIT_MS;
  while (monotonic() < deadline && (clock.mode === 'auto' || !clock.advancing)) {
    const isStill = (await clock.settled(deadline - monotonic())) || clock.activity.isStill;
    if (isStill && !clock.advancing) return;
    await turn();
  }
  const reason = `Failed to ${what}: an advance of this workspace is still under way, or a call or a delivery is. Await it first.`;
  throw withHold(new GreenroomError('CLOCK_BUSY', reason), clock.advancing ? clock.activity.holds : []);
}
