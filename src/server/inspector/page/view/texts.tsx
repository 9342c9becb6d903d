import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { pretty } from '../model/words.js';

/** Copies a text, and says that it did. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, say] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied');
    } catch {
      say('Select it and copy by hand: this page may not');
    }
    setTimeout(() => say(''), 2000);
  };
  return (
    <button type="button" class="small" onClick={() => void copy()}>
      <span aria-live="polite">{said === '' ? `Copy ${what}` : said}</span>
    </button>
  );
}

/** A text that people copy. */
export function Code({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div class="code">
      <pre tabIndex={0} role="group" aria-label={what}>
        {text}
      </pre>
      <Copy text={text} what={what} />
    </div>
  );
}

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly cut?: { readonly length: number; readonly sha256: string } | undefined;
}

/** Headers and body: for people, and byte for byte. */
export function MessageView({
  title,
  message,
  marked,
}: {
  title: string;
  message: Message;
  marked?: string | undefined;
}) {
  const forPeople = pretty(message.body);
  const [isExact, setExact] = useState(false);
  const { cut } = message;
  return (
    <section class="message">
      <h3>{title}</h3>
      <Headers headers={message.headers} marked={marked} />
      {message.body === '' ? (
        <p class="quiet">No body.</p>
      ) : (
        <>
          <Code
            text={isExact || forPeople === undefined ? message.body : forPeople}
            what={`body of the ${title.toLowerCase()}`}
          />
          <p class="quiet">
            {cut ? `The first 64 kB of ${cut.length} bytes, sha256 ${cut.sha256}. ` : `${bytes(message.body)} bytes. `}
            {forPeople !== undefined && (
              <label>
                <input type="checkbox" checked={isExact} onChange={() => setExact(!isExact)} /> exactly as it was sent
              </label>
            )}
          </p>
        </>
      )}
    </section>
  );
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function Headers({
  headers,
  marked,
}: {
  readonly headers: Readonly<Record<string, string>>;
  readonly marked?: string | undefined;
}) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return <p class="quiet">No headers.</p>;
  return (
    <dl class="headers">
      {entries.map(([name, value]) => (
        <div class={name.toLowerCase() === marked?.toLowerCase() ? 'marked' : ''}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is made only when somebody opens it. */
export function Folded({ summary, children }: { readonly summary: string; readonly children: ComponentChildren }) {
  const [isOpen, open] = useState(false);
  return (
    <details onToggle={(event) => open(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && children}
    </details>
  );
}

/** Words beside words. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
