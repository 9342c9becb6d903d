import type { VendorName } from '../../client/vendors.js';
import type { Recording, RecordingNotes } from '../../contracts/control/recording.js';
import { GreenroomError } from '../../errors.js';
import { OWN_AGENT } from './meetings.js';
import type { Outcome } from './outcome.js';
import type { Session } from './stage.js';

/** One execution, with all that happened in it. */
export interface RecordedLife {
  readonly recording: Recording;
  readonly notes: RecordingNotes;
}

/**
 * What happened in an execution that has come to rest. Where a world lives on, it begins in the midst of it, and has nothing
 * about `strangers`: the agents of earlier ones. What explore itself has read is no part of it.
 */
export async function readLife(
  { room, since }: Pick<Session<unknown>, 'room' | 'since'>,
  { agents, names, joinAt }: Outcome,
  strangers: ReadonlySet<string>,
): Promise<RecordedLife> {
  const response = await room.fetch(`${room.url}/_greenroom/recording?after=${since?.lines ?? 0}`, {
    headers: { 'greenroom-workspace': room.id },
  });
  if (!response.ok) throw new GreenroomError('USAGE', `Failed to read what happened: ${await response.text()}`);
  const recording = (await response.json()) as Recording;
  const isOwn = ({ subject }: { readonly subject: string | null }): boolean =>
    subject === null || agents.includes(subject) || !strangers.has(subject);
  const reads = new Set(
    recording.requests.flatMap(({ id, method, request }) =>
      method === 'GET' && request.headers['user-agent'] === OWN_AGENT ? id : [],
    ),
  );
  return {
    recording: {
      ...recording,
      agents: recording.agents.filter(({ id }) => isOwn({ subject: id })),
      entries: recording.entries.filter(
        (line) => isOwn(line) && !reads.has((line as { readonly id?: string }).id ?? ''),
      ),
      requests: recording.requests.filter((call) => isOwn(call) && !reads.has(call.id)),
      deliveries: recording.deliveries.filter(isOwn),
    },
    notes: { origin: joinAt, names },
  };
}

/** The webhooks of an execution that the app has not answered in time. */
export async function unansweredIn(
  { room, since }: Pick<Session<unknown>, 'room' | 'since'>,
  provider: string,
): Promise<string[]> {
  const after = since?.deliveries ?? 0;
  const { deliveries } = await room.deliveries.list({ provider: provider as VendorName, after });
  const late = deliveries.filter(({ attempts }) => attempts.some(({ outcome }) => outcome === 'timeout'));
  return late.map(({ type, state }) => [type, state].filter(Boolean).join(' '));
}
