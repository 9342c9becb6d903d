import { timesOf, type Meeting } from '../model/calendar.js';
import type { Session } from '../session.js';
import { Facts } from './texts.js';

/** A meeting that stands in a calendar, and what was done to it. */
export function MeetingDetail({ session, meeting }: { readonly session: Session; readonly meeting: Meeting }) {
  const { title, state, own, url, agents, id } = meeting;
  const lane = session.timeline.laneOfMeeting(id);
  return (
    <>
      <header>
        <h2>{title === '' ? 'A meeting without a title' : title}</h2>
        <p class="quiet">
          {lane === undefined ? '' : session.nameOf(session.timeline.lanes[lane]!.id!)} · {id}
        </p>
      </header>
      <Facts
        facts={[
          ['When', timesOf(meeting)],
          ['State', state ?? 'stands'],
          ['Written by', own ? 'the application' : 'people'],
          ['Meeting', url ?? undefined],
          ...agents.map((agent): [string, string] => ['Sent', `${session.nameOf(agent.id)} is ${agent.state}`]),
        ]}
      />
      <Told session={session} meeting={meeting} />
    </>
  );
}

/** The lines that are about it, or about who is sent to it. */
function Told({ session, meeting: { id, agents } }: { readonly session: Session; readonly meeting: Meeting }) {
  const { timeline } = session;
  const lane = timeline.laneOfMeeting(id);
  const ids = new Set([id, ...agents.map((agent) => agent.id)]);
  const told = timeline.lines.filter(({ subject }, place) => timeline.lane[place] === lane && ids.has(subject ?? ''));
  if (told.length === 0) return <p class="quiet">Nobody has touched it.</p>;
  return (
    <>
      <h3>What was done to it</h3>
      <ul>
        {told.map(({ seq, at, summary }) => (
          <li key={seq}>
            <button type="button" class="link" onClick={() => session.choose(seq)}>
              {at}: {summary}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
