import { useState } from 'preact/hooks';
import type { VendorFacts } from '../../../../contracts/control/recording.js';
import type { Live } from '../live.js';
import { Choice, Form, Select, Times, timesIn, VendorChoice, withoutEmpty } from './fields.js';

type On = 'delivery' | 'request';

/** What can go wrong, with the value that each takes. */
const EFFECTS: Readonly<Record<On, readonly (readonly [label: string, effect: object])[]>> = {
  delivery: [
    ['signed with a wrong secret', { signature: 'wrong' }],
    ['signed with an old secret', { signature: 'old_secret' }],
    ['signed with an old secret, too', { signature: 'rotation' }],
    ['not signed', { signature: 'missing' }],
    ['sent twice', { duplicate: 1 }],
    ['late by 10 minutes', { delay: '10m' }],
    ['never sent', { drop: true }],
    ['answered 500, then as the receiver does', { answers: [500] }],
    ['timed out, then as the receiver does', { answers: ['timeout'] }],
    ['handled, and its answer lost', { answers: [500], send: true }],
    ['cut in the middle', { corrupt: 'truncate' }],
    ['with a field that no contract knows', { corrupt: 'extra_field' }],
    ['before the answer of the call that caused it', { early: true }],
  ],
  request: [
    ['answered 500', { status: 500 }],
    ['answered 503', { status: 503 }],
    ['rate limited for a minute', { rate_limit: { retry_after: '1m' } }],
    ['late by 2 seconds of real time', { delay: '2s' }],
    ['done, and the connection ended', { reset: true }],
    ['cut after 20 bytes', { truncate: 20 }],
    ['in pages of one', { page_size: 1 }],
  ],
};

/** A rule by which something goes wrong. */
export function FaultForm({ live, onDone }: { readonly live: Live; readonly onDone: () => void }) {
  const { vendors } = live.session;
  const [on, setOn] = useState<On>('delivery');
  const [effect, setEffect] = useState(0);
  const [match, setMatch] = useState<Readonly<Record<string, string>>>({});
  const [times, setTimes] = useState('1');
  const submit = async (): Promise<void> => {
    const body = {
      on,
      ...(Object.keys(withoutEmpty(match)).length === 0 ? {} : { match: withoutEmpty(match) }),
      ...timesIn(times),
      do: EFFECTS[on][effect]![1],
    };
    if (await live.act({ method: 'POST', path: '/faults', body })) onDone();
  };
  return (
    <Form button="Add the fault" onSubmit={submit}>
      <Select
        label="Of"
        value={on}
        options={[
          ['delivery', 'webhooks'],
          ['request', 'calls'],
        ]}
        onChange={(value) => {
          setOn(value as On);
          setEffect(0);
          setMatch({});
        }}
      />
      <Match on={on} vendors={vendors} match={match} onChange={setMatch} />
      <Select
        label="They are"
        value={String(effect)}
        options={EFFECTS[on].map(([label], i) => [String(i), label] as const)}
        onChange={(value) => setEffect(Number(value))}
      />
      <Times value={times} onChange={setTimes} />
    </Form>
  );
}

interface MatchProps {
  readonly on: On;
  readonly vendors: readonly VendorFacts[];
  readonly match: Readonly<Record<string, string>>;
  readonly onChange: (match: Readonly<Record<string, string>>) => void;
}

/** Which webhooks or calls are meant. */
function Match({ on, vendors, match, onChange }: MatchProps) {
  const { provider = '' } = match;
  const meant = vendors.filter(({ name }) => provider === '' || name === provider);
  const at = (name: string) => ({
    value: match[name] ?? '',
    onChange: (value: string) => onChange({ ...match, [name]: value }),
  });
  const choice = (label: string, name: string, options: readonly (readonly [string, string])[]) => (
    <Choice label={label} options={options} {...at(name)} />
  );
  return (
    <>
      <VendorChoice vendors={vendors} {...at('provider')} />
      {on === 'request' &&
        choice('Operation', 'operation', words(meant.flatMap(({ operations }) => operations.map(({ id }) => id))))}
      {on === 'delivery' &&
        choice('Type', 'type', words(meant.flatMap(({ webhooks }) => webhooks.map(({ type }) => type))))}
      {on === 'delivery' &&
        choice('State', 'state', words(meant.flatMap(({ states }) => states.map(({ name }) => name))))}
    </>
  );
}

const words = (all: readonly string[]) => [...new Set(all)].map((word) => [word, word] as const);
