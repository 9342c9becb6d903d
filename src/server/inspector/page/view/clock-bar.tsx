import { useState } from 'preact/hooks';
import type { Live } from '../live.js';
import { useChanges } from './use.js';

/** What time it is, and how it goes on. */
export function ClockBar({ live }: { readonly live: Live }) {
  useChanges(live);
  const { clock } = live;
  const advance = (body: unknown): void => void live.act({ method: 'POST', path: '/clock/advance', body });
  const pace = (body: unknown): void => void live.act({ method: 'PATCH', path: '/clock', body });
  const [next] = clock?.pending ?? [];
  return (
    <section class="clock" aria-label="Clock">
      <time class="now" dateTime={clock?.now}>
        {clock?.now ?? '…'}
      </time>
      <span role="group" aria-label="Mode">
        {MODES.map(([mode, label, title]) => (
          <button
            key={mode}
            type="button"
            title={title}
            aria-pressed={clock?.mode === mode}
            onClick={() => pace({ mode })}
          >
            {label}
          </button>
        ))}
      </span>
      {clock?.mode === 'live' && <Speed speed={clock.speed} onChange={(speed) => pace({ speed })} />}
      <button
        type="button"
        disabled={!next}
        title={next ? `Runs ${next.label} at ${next.due}` : 'Nothing waits for its time'}
        onClick={() => advance({ next: true })}
      >
        Next step
      </button>
      <By onAdvance={(by) => advance({ by })} />
      <Until live={live} onAdvance={(until) => advance({ until })} />
      <span class="quiet pending">{next ? `next: ${next.label}, ${next.due}` : 'nothing waits for its time'}</span>
    </section>
  );
}

const MODES = [
  ['frozen', 'Freeze', 'Time moves only when it is advanced'],
  ['live', 'Live', 'Time runs as real time does, times the speed'],
  ['auto', 'Auto', 'Time jumps to the next step whenever all is at rest'],
] as const;

const SPEEDS = [1, 10, 60, 600, 3600];

const Speed = ({ speed, onChange }: { readonly speed: number; readonly onChange: (speed: number) => void }) => (
  <label>
    Speed{' '}
    <select value={speed} onChange={(event) => onChange(Number(event.currentTarget.value))}>
      {[...new Set([...SPEEDS, speed])]
        .sort((a, b) => a - b)
        .map((one) => (
          <option key={one} value={one}>
            {one} ×
          </option>
        ))}
    </select>
  </label>
);

function By({ onAdvance }: { readonly onAdvance: (by: string) => void }) {
  const [by, setBy] = useState('5m');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAdvance(by);
      }}
    >
      <button type="submit">Advance by</button>
      <input
        class="short"
        aria-label="By how much: 5m, 90s, 1h30m"
        value={by}
        onInput={(event) => setBy(event.currentTarget.value)}
      />
    </form>
  );
}

/** An agent and one of its states; or until nothing is left to happen. */
function Until({ live, onAdvance }: { readonly live: Live; readonly onAdvance: (until: unknown) => void }) {
  const { session } = live;
  const [wanted, want] = useState('');
  const [state, setState] = useState('');
  const lanes = session.timeline.lanes.filter(({ id }) => id !== null).slice(-AGENTS_SHOWN);
  const chosen = lanes.find(({ id }) => id === wanted) ?? lanes.at(-1);
  const states = session.vendors.find(({ name }) => name === chosen?.provider)?.states ?? [];
  const isKnown = states.some(({ name }) => name === state);
  const meant = isKnown ? state : (states.find(({ final }) => final)?.name ?? '');
  if (!chosen) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAdvance({ subject: chosen.id, state: meant });
      }}
    >
      <button type="submit" disabled={meant === ''}>
        Advance until
      </button>
      <select aria-label="Agent" value={chosen.id!} onChange={(event) => want(event.currentTarget.value)}>
        {lanes.map(({ id }) => (
          <option key={id} value={id!}>
            {session.nameOf(id!)}
          </option>
        ))}
      </select>
      <select aria-label="State" value={meant} onChange={(event) => setState(event.currentTarget.value)}>
        {states.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </form>
  );
}

const AGENTS_SHOWN = 200;
