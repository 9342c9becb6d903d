import { useState } from 'preact/hooks';
import type { Live } from '../live.js';
import { sessionOf, type Session } from '../session.js';
import { recordedOf } from '../source/recorded.js';
import { CastingForm } from './casting-form.js';
import { ClockBar } from './clock-bar.js';
import { CompareDialog } from './compare-dialog.js';
import { Compare } from './compare.js';
import { Dialog } from './dialog.js';
import { Done } from './done.js';
import { FaultForm } from './fault-form.js';
import { Help } from './help.js';
import { Panes } from './panes.js';
import { useShortcuts } from './shortcuts.js';
import { TestDialog } from './test-dialog.js';
import { TokenForm } from './token-form.js';
import { useChanges } from './use.js';

type Open = 'help' | 'test' | 'compare' | 'fault' | 'casting' | 'reset';

/** A server that is followed. */
export function LivePage({ live }: { readonly live: Live }) {
  useChanges(live);
  const [open, setOpen] = useState<Open>();
  const [pair, setPair] = useState<readonly [Session, Session]>();
  const { session } = live;
  useShortcuts({
    session: pair ? undefined : session,
    onHelp: () => setOpen('help'),
    onRedeliver: () => redeliver(live),
  });
  if (live.wantsToken) return <TokenForm live={live} />;
  const compare = async (other: Session): Promise<void> => {
    const mine = sessionOf(recordedOf(`workspace ${live.server.workspace}`, await live.recording()));
    setPair([mine, other]);
    setOpen(undefined);
  };
  return (
    <div class="page">
      <Top live={live} onOpen={setOpen} />
      <ClockBar live={live} />
      <Done live={live} />
      {pair ? (
        <Compare left={pair[0]} right={pair[1]} onClose={() => setPair(undefined)} />
      ) : (
        <Panes key={live.server.workspace} session={session} live={live} />
      )}
      <Opened live={live} open={open} onClose={() => setOpen(undefined)} onCompare={compare} />
    </div>
  );
}

function redeliver(live: Live): void {
  const line = live.session.chosenLine;
  if (line?.kind === 'delivery')
    void live.act({ method: 'POST', path: `/deliveries/${encodeURIComponent(line.delivery)}/redeliver` });
}

function Top({ live, onOpen }: { readonly live: Live; readonly onOpen: (what: Open) => void }) {
  const { workspace } = live.server;
  const ids = [...new Set(['default', workspace, ...live.workspaces.map(({ id }) => id)])];
  const known = live.workspaces.find(({ id }) => id === workspace);
  return (
    <header class="top">
      <h1>greenroom</h1>
      <label>
        Workspace{' '}
        <select value={workspace} onChange={(event) => live.goTo(event.currentTarget.value)}>
          {ids.map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      {known && (
        <span class="quiet">
          seed {known.seed}, {known.scenario}
        </span>
      )}
      <p role="status" class={`stream ${live.state}`}>
        {STATES[live.state]}
        {live.trouble !== undefined && ` ${live.trouble}`}
      </p>
      <span class="space" />
      <button type="button" onClick={() => void live.save()}>
        Save
      </button>
      {BUTTONS.map(([what, label]) => (
        <button key={what} type="button" onClick={() => onOpen(what)}>
          {label}
        </button>
      ))}
    </header>
  );
}

const STATES = { connecting: '◌ connecting', live: '● following', lost: '✕ not connected.' } as const;

const BUTTONS: readonly (readonly [Open, string])[] = [
  ['fault', 'Add a fault'],
  ['casting', 'Cast a scenario'],
  ['test', 'Write this as a test'],
  ['compare', 'Compare …'],
  ['reset', 'Reset …'],
  ['help', 'Keys (?)'],
];

interface OpenedProps {
  readonly live: Live;
  readonly open: Open | undefined;
  readonly onClose: () => void;
  readonly onCompare: (other: Session) => Promise<void>;
}

function Opened({ live, open, onClose, onCompare }: OpenedProps) {
  switch (open) {
    case undefined:
      return null;
    case 'help':
      return <Help isLive onClose={onClose} />;
    case 'test':
      return <TestDialog session={live.session} live={live} onClose={onClose} />;
    case 'compare':
      return <CompareDialog live={live} onClose={onClose} onOther={(other) => void onCompare(other)} />;
    case 'fault':
      return (
        <Dialog title="Add a fault" onClose={onClose}>
          <FaultForm live={live} onDone={onClose} />
          <Trouble live={live} />
        </Dialog>
      );
    case 'casting':
      return (
        <Dialog title="Cast a scenario" onClose={onClose}>
          <CastingForm live={live} onDone={onClose} />
          <Trouble live={live} />
        </Dialog>
      );
    case 'reset':
      return <Reset live={live} onClose={onClose} />;
  }
}

/** Why the last action failed. */
const Trouble = ({ live }: { readonly live: Live }) => (
  <p role="alert">{live.done[0]?.failed ? live.done[0].outcome : ''}</p>
);

function Reset({ live, onClose }: { readonly live: Live; readonly onClose: () => void }) {
  const reset = async (): Promise<void> => {
    await live.act({ method: 'POST', path: '/reset' });
    onClose();
  };
  return (
    <Dialog title="Reset the workspace" onClose={onClose}>
      <p>
        Everything in the workspace {live.server.workspace} goes: agents, calls, webhooks, faults and time are as on its
        creation. Save the timeline first, if you want to compare with it later.
      </p>
      <button type="button" onClick={() => void live.save()}>
        Save timeline.html
      </button>
      <button type="button" onClick={() => void reset()}>
        Reset it
      </button>
    </Dialog>
  );
}
