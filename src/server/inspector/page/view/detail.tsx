import type { ComponentChildren } from 'preact';
import { parseInstant } from '../../../../clock/instant.js';
import { KIND_WORDS, weightOf, type Line } from '../model/line.js';
import { span } from '../model/time.js';
import type { Live } from '../live.js';
import type { Session } from '../session.js';
import { MeetingDetail } from './detail-meeting.js';
import { CallDetail } from './detail-call.js';
import { WebhookDetail } from './detail-webhook.js';
import { Sign } from './sign.js';
import { Facts } from './texts.js';
import { useChanges } from './use.js';

export interface DetailProps {
  readonly session: Session;
  readonly live?: Live | undefined;
  /** What stands there as long as nothing is chosen. */
  readonly hint?: ComponentChildren;
  /** The lines beside it are those of the view, in which the chosen one may be missing. */
  readonly beside?: 'view';
}

/** The chosen line, whole. */
export function Detail({ session, live, hint, beside }: DetailProps) {
  useChanges(session);
  const line = session.chosenLine;
  return (
    <section class="detail" aria-label="The chosen line" tabIndex={0}>
      <div role="status" class="told">
        {line && beside && session.chosenIndex < 0 && (
          <p>
            The search or the range leaves this line out of the list.{' '}
            <button type="button" class="small" onClick={() => session.showAll()}>
              Show all (c)
            </button>
          </p>
        )}
      </div>
      {line ? (
        <Whole key={line.seq} {...{ session, live, line }} />
      ) : session.meeting ? (
        <MeetingDetail session={session} meeting={session.meeting} />
      ) : (
        (hint ?? <Hint session={session} />)
      )}
    </section>
  );
}

function Whole({ session, live, line }: DetailProps & { readonly line: Line }) {
  const weight = weightOf(line);
  return (
    <>
      <header>
        <h2>
          <Sign kind={line.kind} weight={weight} /> {titleOf(line)}
        </h2>
        <p class="quiet">
          <time dateTime={line.at}>{line.at}</time> · line {line.seq} · {KIND_WORDS[line.kind]}
          {line.subject !== null && (
            <>
              {' · '}
              <button type="button" class="link" onClick={() => session.find(`bot:${line.subject}`)}>
                {session.nameOf(line.subject)}
              </button>
            </>
          )}
        </p>
      </header>
      <Body {...{ session, live, line }} />
    </>
  );
}

function titleOf(line: Line): string {
  switch (line.kind) {
    case 'request':
      return `${line.method} ${line.path}`;
    case 'delivery':
      return `${line.type}${line.state === undefined ? '' : ` ${line.state}`}`;
    case 'transition':
      return `${line.from} → ${line.to}`;
    case 'violation':
      return line.severity === 'error' ? 'The contract is broken' : 'This is surely not meant';
    case 'fault':
      return `A fault rule strikes: ${line.fault}`;
    case 'backstage':
      return line.action;
    case 'note':
      return line.topic;
  }
}

function Body({ session, live, line }: DetailProps & { readonly line: Line }) {
  switch (line.kind) {
    case 'request':
      return <CallDetail {...{ session, line }} />;
    case 'delivery':
      return <WebhookDetail {...{ session, live, line }} />;
    case 'transition':
      return (
        <Facts
          facts={[
            ['Event', line.event],
            ['Reason', line.sub_type],
            ['Was in the state before for', stayOf(session, line.subject, line.from, line.at)],
          ]}
        />
      );
    case 'violation':
      return (
        <Facts
          facts={[
            ['Where', `${line.where} ${line.pointer}`],
            ['Expected', line.expected],
            ['Was', line.was],
            ['Rule', line.rule],
          ]}
        />
      );
    case 'fault':
      return <FaultBody {...{ session, line }} />;
    case 'backstage':
    case 'note':
      return <p>{line.summary}</p>;
  }
}

/** What was struck stands near by. */
function FaultBody({ session, line }: { readonly session: Session; readonly line: Extract<Line, { kind: 'fault' }> }) {
  const struck = session.timeline.lines.find(
    (one) =>
      (one.kind === 'delivery' && one.delivery === line.target && one.seq > line.seq) ||
      (one.kind === 'request' && one.id === line.target),
  );
  return (
    <>
      <Facts
        facts={[
          ['Effect', line.effect],
          ['On', line.target],
        ]}
      />
      {struck && (
        <button type="button" onClick={() => session.choose(struck.seq)}>
          Show {line.target}
        </button>
      )}
    </>
  );
}

function stayOf(session: Session, subject: string | null, state: string, at: string): string | undefined {
  const lane = subject === null ? undefined : session.timeline.laneOf(subject);
  const place = session.timeline.placeAt(parseInstant(at) ?? 0);
  const bar =
    lane === undefined
      ? undefined
      : session.timeline.lanes[lane]!.bars.findLast(
          (one) => one.state === state && one.to !== undefined && one.to <= (session.timeline.at[place] ?? Infinity),
        );
  return bar?.to === undefined ? undefined : `${span(bar.to - bar.from)} of virtual time`;
}

function Hint({ session }: { readonly session: Session }) {
  const { view, timeline, isNarrowed } = session;
  const count = view.failures.size;
  return (
    <div class="hint">
      <h2>Choose a mark or a line</h2>
      <p>
        Time runs from left to right: <Sign kind="request" weight="plain" /> calls of the app above,{' '}
        <Sign kind="transition" weight="plain" /> the states of an agent as bars, and the meetings of a calendar,{' '}
        <Sign kind="delivery" weight="plain" /> webhooks below, <Sign kind="fault" weight="fault" /> faults,{' '}
        <Sign kind="violation" weight="bad" /> what was refused or breaks a contract.
      </p>
      {count > 0 && (
        <p>
          <button type="button" onClick={() => session.moveToFailure(1)}>
            Show the first of {count} that went wrong{isNarrowed && ', in this list'}
          </button>
        </p>
      )}
      {count === 0 && isNarrowed && timeline.causes.list.length > 0 && (
        <p>
          Nothing in this list went wrong.{' '}
          <button
            type="button"
            onClick={() => {
              session.showAll();
              session.moveToFailure(1);
            }}
          >
            Go to the first of all lines that did
          </button>
        </p>
      )}
      <p class="quiet">Drag over the lanes to look at a stretch of time. ? shows the keys.</p>
    </div>
  );
}
