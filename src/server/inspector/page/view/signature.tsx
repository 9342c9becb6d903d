import { useState } from 'preact/hooks';
import type { SignatureExplanation } from '../../../../contracts/control/recording.js';
import type { Webhook } from '../model/line.js';
import type { Live, Question } from '../live.js';
import type { Session } from '../session.js';
import { Code } from './texts.js';
import { useAnswer } from './use.js';

interface Props {
  readonly session: Session;
  readonly live?: Live | undefined;
  readonly webhook: Webhook;
  readonly number: number;
  /** What the receiver answered that refused it. */
  readonly said?: string;
}

/** What the doctor says of the signature that was sent, and of what the app verifies with. */
export function SignatureView({ session, live, webhook, number, said }: Props) {
  const answer = useAnswer(
    async () => (live ? live.explain(webhook.id, { attempt: number }) : session.head?.signatures[webhook.id]),
    `${webhook.id}/${number}`,
  );
  const { value, error } = answer;
  const isAnswered = 'value' in answer;
  const facts = session.vendors.find(({ name }) => name === webhook.provider);
  return (
    <section class="doctor">
      <h3>Is the signature right?</h3>
      {error !== undefined && <p>{error}</p>}
      {isAnswered && !value && <p>It was not examined: a recording has that of the first 500 webhooks alone.</p>}
      {value && <Explanation {...value} sent />}
      {facts && <p>The vendor’s way: {facts.signature.summary}</p>}
      {value?.signed !== undefined && (
        <>
          <p>So these are the bytes that were signed, and not the body as it came:</p>
          <Code text={value.signed} what="signed text" />
        </>
      )}
      {value && value.signed === undefined && <p>So the body was signed, byte for byte as it came.</p>}
      {value?.ok && said !== undefined && (
        <Advice isRewritten={value.signed !== undefined} said={said} refused={value.refused} />
      )}
      {live && <Ask ask={(question) => live.explain(webhook.id, { attempt: number, ...question })} />}
    </section>
  );
}

interface AdviceProps {
  readonly isRewritten: boolean;
  readonly said: string;
  readonly refused: SignatureExplanation['refused'];
}

/** The message is good, so the app verifies another way: as far as what it accepts leaves that open. */
function Advice({ isRewritten, said, refused }: AdviceProps) {
  const { accepted = 0, suspects = [] } = refused ?? {};
  return (
    <>
      <p>
        The message is right, so look at how the receiver verifies.{' '}
        {accepted > 0 && (
          <strong>
            This receiver accepted {accepted === 1 ? 'another' : `${accepted} others`}, signed with the same secret: so
            the secret is right, and what differs is in this body.
          </strong>
        )}
      </p>
      {suspects.length > 0 && (
        <>
          <p>
            This body has in it what some write otherwise{accepted > 0 && ', and those that were accepted have not'}:
          </p>
          <Mistakes mistakes={suspects} />
        </>
      )}
      {accepted === 0 && <Guesses isRewritten={isRewritten} />}
      {/signature/i.test(said) || <p>Or it refuses for another reason: its answer says which, or its log.</p>}
    </>
  );
}

const Guesses = ({ isRewritten }: { readonly isRewritten: boolean }) => (
  <>
    <p>It may do one of these:</p>
    <ul>
      <li>It verifies with the secret of another environment, or does not decode the secret as the vendor does.</li>
      {isRewritten ? (
        <li>It verifies the body as it came, or as its own parser writes it, and not the text that is signed.</li>
      ) : (
        <li>It verifies the body after a parser has read and rewritten it, not the bytes that came.</li>
      )}
    </ul>
  </>
);

const Mistakes = ({ mistakes }: { readonly mistakes: SignatureExplanation['notes'] }) => (
  <ul>
    {mistakes.map(({ name, title, advice }) => (
      <li key={name}>
        {title}. <span class="advice">{advice}</span>
      </li>
    ))}
  </ul>
);

function Explanation({ ok, deviations, notes, header, was, sent }: SignatureExplanation & { readonly sent?: boolean }) {
  const right = sent
    ? 'Yes: it is that of this body, with the secret of this workspace.'
    : 'Yes: it is that of this body, with this secret.';
  const wrong = deviations.length > 1 ? `No. These ${deviations.length} mistakes together explain it:` : 'No:';
  return (
    <>
      <p>
        <strong>{ok ? right : wrong}</strong>
      </p>
      <Mistakes mistakes={[...deviations, ...notes]} />
      <p class="quiet">
        {header}: <code>{was === '' ? 'missing' : was}</code>
      </p>
    </>
  );
}

/** The doctor takes the secret of the app, and what the app has computed. */
function Ask({ ask }: { readonly ask: (question: Question) => Promise<SignatureExplanation | undefined> }) {
  const [secret, setSecret] = useState('');
  const [signature, setSignature] = useState('');
  const [said, say] = useState<SignatureExplanation | string>();
  const submit = async (): Promise<void> => {
    try {
      say(await ask({ ...(secret === '' ? {} : { secret }), ...(signature === '' ? {} : { signature }) }));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details>
      <summary>Ask the doctor with your app’s own secret or signature</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label>
          The secret that your app verifies with
          <input
            type="password"
            autocomplete="off"
            value={secret}
            onInput={(event) => setSecret(event.currentTarget.value)}
          />
        </label>
        <label>
          The signature that your app computed
          <input value={signature} onInput={(event) => setSignature(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={secret === '' && signature === ''}>
          Examine
        </button>
      </form>
      <div aria-live="polite">{typeof said === 'string' ? <p>{said}</p> : said && <Explanation {...said} />}</div>
    </details>
  );
}
