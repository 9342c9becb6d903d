import type { Call, LineOf } from '../model/line.js';
import type { Session } from '../session.js';
import { Facts, MessageView } from './texts.js';
import { useAnswer } from './use.js';

/** A call of a client, with its answer. */
export function CallDetail({ session, line }: { readonly session: Session; readonly line: LineOf<'request'> }) {
  const answer = useAnswer(() => session.source.call(line.id), `${line.id} ${line.status}`);
  const { value: call } = answer;
  const vendor = session.vendors.find(({ name }) => name === line.provider);
  const operation = vendor?.operations.find(({ id }) => id === line.operation);
  return (
    <>
      <p class={`verdict ${(line.status ?? 0) >= 400 || line.lost ? 'bad' : 'good'}`}>{verdictOf(line)}</p>
      <Facts
        facts={[
          ['Vendor', vendor?.title ?? line.provider],
          [
            'Operation',
            operation ? `${operation.id}: ${operation.summary}` : (line.operation ?? 'none that the vendor has'),
          ],
          ['Id', line.id],
          ['Fault', line.fault],
          ['Workspace', line.unattributed && 'none was found for its credential'],
        ]}
      />
      {call ? <Messages call={call} /> : <Waiting answer={answer} what={`the call ${line.id}`} />}
    </>
  );
}

interface WaitingProps {
  readonly answer: { readonly value?: unknown; readonly error?: string };
  readonly what: string;
}

/** What stands where something is read, or is not there any more. */
export const Waiting = ({ answer, what }: WaitingProps) => (
  <p class="quiet">
    {answer.error ?? ('value' in answer ? `It was let go: ${what} is too long ago.` : `Reading ${what} …`)}
  </p>
);

function verdictOf({ status, reason, lost }: LineOf<'request'>): string {
  if (lost === 'reset') return 'The connection was ended instead of an answer.';
  const cut = lost === 'truncated' ? ' The client got only a part of it.' : '';
  if (status === null) return 'It is in hand: there is no answer yet.';
  return `Answered ${status}.${reason === undefined ? '' : ` Why: ${reason}.`}${cut}`;
}

function Messages({ call }: { readonly call: Call }) {
  const { request, response, violations, query, lost_answer: lost } = call;
  return (
    <>
      {violations.length > 0 && (
        <section class="violations">
          <h3>What breaks the contract</h3>
          <ul>
            {violations.map(({ pointer, expected, was, severity, nearest }) => (
              <li>
                {severity}: <code>{pointer === '' ? 'the whole' : pointer}</code> expected {expected}, was {was}
                {nearest !== undefined && `. Did you mean ${nearest}?`}
              </li>
            ))}
          </ul>
        </section>
      )}
      {query !== '' && <Facts facts={[['Query', <code>{query}</code>]]} />}
      <MessageView title="Request" message={request} />
      {response ? <MessageView title="Answer" message={response} /> : <p class="quiet">There is no answer.</p>}
      {lost && <MessageView title="The answer that was lost" message={lost} />}
    </>
  );
}
