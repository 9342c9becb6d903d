import { useState } from 'preact/hooks';
import type { Attempt, LineOf, Webhook } from '../model/line.js';
import { isRefused } from '../model/line.js';
import { isAboutSignature, receiverOf, whyNot } from '../model/words.js';
import { commandOf, doctorOf } from '../model/commands.js';
import type { Live } from '../live.js';
import type { Session } from '../session.js';
import { Waiting } from './detail-call.js';
import { SignatureView } from './signature.js';
import { Code, Facts, Folded, MessageView } from './texts.js';
import { useAnswer } from './use.js';

interface Props {
  readonly session: Session;
  readonly live?: Live | undefined;
  readonly line: LineOf<'delivery'>;
}

/** A webhook with every attempt: the one of the line first. */
export function WebhookDetail({ session, live, line }: Props) {
  const key = `${line.delivery} ${line.outcome} ${session.timeline.size}`;
  const answer = useAnswer(() => session.source.webhook(line.delivery), key);
  const { value } = answer;
  const [last, keep] = useState<Webhook>();
  if (value && value !== last) keep(value);
  const webhook = value ?? last;
  if (!webhook) return <Waiting answer={answer} what={`the webhook ${line.delivery}`} />;
  const attempt = webhook.attempts[line.attempt - 1];
  return (
    <>
      {attempt && <Verdict {...{ session, live, line, webhook, attempt }} />}
      <Facts
        facts={[
          ['To', receiverOf(line)],
          ['URL', webhook.url],
          ['Webhook', `${webhook.id}, now ${webhook.status}`],
          ['Fault', webhook.fault],
          ['Copy of', webhook.duplicate_of],
          ['Waits for', webhook.held && `${webhook.held.type} ${webhook.held.state ?? ''}`],
          ['Then', line.next],
        ]}
      />
      {live && (
        <p>
          <button
            type="button"
            onClick={() =>
              void live.act({ method: 'POST', path: `/deliveries/${encodeURIComponent(webhook.id)}/redeliver` })
            }
          >
            Redeliver (r)
          </button>
        </p>
      )}
      {webhook.attempts.map((one, i) => (
        <AttemptView
          key={one.seq}
          {...{
            session,
            webhook,
            attempt: one,
            number: i + 1,
            isChosen: i + 1 === line.attempt,
            count: webhook.attempts.length,
          }}
        />
      ))}
    </>
  );
}

interface Whole extends Props {
  readonly webhook: Webhook;
  readonly attempt: Attempt;
}

/** Why it was not taken, first of all. */
function Verdict({ session, live, webhook, attempt, line }: Whole) {
  const why = whyNot(attempt, webhook);
  const isBad = isRefused(attempt);
  const struck = attempt.fault ?? webhook.fault;
  const effect = struck === undefined ? '' : effectOf(session, struck, webhook.id);
  return (
    <section
      class={`verdict ${isBad ? 'bad' : 'good'}`}
      aria-label={isBad ? 'Why it was refused' : 'What became of it'}
    >
      <p>
        <strong>{why ?? `Accepted: the receiver answered ${attempt.status}.`}</strong>
      </p>
      {isBad && attempt.response && (
        <p>
          In its own words: <q>{attempt.response}</q>
        </p>
      )}
      {attempt.lost_answer && (
        <p>
          The receiver itself answered {attempt.lost_answer.status ?? attempt.lost_answer.outcome}; a fault threw that
          answer away.
        </p>
      )}
      {struck !== undefined && (
        <p>
          A fault rule had a hand in it: {[...new Set(struck.split(' '))].join(', ')}. {effect}
        </p>
      )}
      {!effect.includes('signature') && <Signed {...{ session, live, webhook, attempt, line }} />}
    </section>
  );
}

/** Of a refusal it may be the reason; of what was taken, somebody may want to see it. */
function Signed({ session, live, webhook, attempt, line }: Whole) {
  const props = { session, live, webhook, number: line.attempt };
  if (isAboutSignature(attempt)) return <SignatureView {...props} said={attempt.response ?? ''} />;
  if (attempt.outcome !== 'answered' || isRefused(attempt)) return null;
  return (
    <Folded summary="Is the signature right, and what was signed?">
      <SignatureView {...props} />
    </Folded>
  );
}

function effectOf(session: Session, fault: string, target: string): string {
  const line = session.timeline.lines.find(
    (one) => one.kind === 'fault' && one.target === target && fault.includes(one.fault),
  );
  return line?.kind === 'fault' ? `Its effect: ${line.effect}.` : '';
}

interface AttemptProps {
  readonly session: Session;
  readonly webhook: Webhook;
  readonly attempt: Attempt;
  readonly number: number;
  readonly isChosen: boolean;
  readonly count: number;
}

function AttemptView({ session, webhook, attempt, number, isChosen, count }: AttemptProps) {
  const header = session.vendors.find(({ name }) => name === webhook.provider)?.signature.header;
  const { outcome, status, response, duration_ms: duration } = attempt;
  return (
    <details class="attempt" open={isChosen}>
      <summary>
        Attempt {number} of {count}: {status ?? outcome ?? 'on its way'} <span class="quiet">at {attempt.at}</span>
      </summary>
      <MessageView title="Message" message={attempt.request} marked={header} />
      <section class="message">
        <h3>The receiver’s answer</h3>
        <Facts
          facts={[
            ['Outcome', outcome ?? 'none yet'],
            ['Status', status],
            ['Error', attempt.error],
            ['Took', duration === undefined ? undefined : `${Math.round(duration)} ms of real time`],
          ]}
        />
        {response !== undefined && response !== '' && <Code text={response} what="answer" />}
      </section>
      <details>
        <summary>Send it again by hand, or ask the doctor</summary>
        <Code text={commandOf(webhook, attempt)} what="curl" />
        {header !== undefined && <Code text={doctorOf(webhook, attempt, header)} what="doctor’s command" />}
      </details>
    </details>
  );
}
