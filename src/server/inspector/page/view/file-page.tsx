import { useState } from 'preact/hooks';
import type { Session } from '../session.js';
import { CompareDialog } from './compare-dialog.js';
import { Compare } from './compare.js';
import { Help } from './help.js';
import { Panes } from './panes.js';
import { useShortcuts } from './shortcuts.js';
import { TestDialog } from './test-dialog.js';

type Open = 'help' | 'test' | 'compare';

/** A recording that was kept, or two of them beside each other. */
export function FilePage({ sessions }: { readonly sessions: readonly Session[] }) {
  const [session, second] = sessions;
  const [open, setOpen] = useState<Open>();
  const [other, setOther] = useState(second);
  const close = (): void => setOpen(undefined);
  useShortcuts({ session: other ? undefined : session, onHelp: () => setOpen('help') });
  return (
    <div class="page">
      <header class="top">
        <h1>{session!.title}</h1>
        <p class="quiet">
          a recording of greenroom {session!.head?.greenroom}, workspace {session!.head?.workspace.id}, seed{' '}
          {session!.head?.workspace.seed}, until {session!.head?.clock.now}
        </p>
        <span class="space" />
        <button type="button" onClick={() => setOpen('test')}>
          Write this as a test
        </button>
        <button type="button" onClick={() => setOpen('compare')}>
          Compare …
        </button>
        <button type="button" onClick={() => setOpen('help')}>
          Keys (?)
        </button>
      </header>
      {other ? (
        <Compare left={session!} right={other} onClose={() => setOther(undefined)} />
      ) : (
        <Panes session={session!} />
      )}
      {open === 'help' && <Help onClose={close} />}
      {open === 'test' && <TestDialog session={session!} onClose={close} />}
      {open === 'compare' && (
        <CompareDialog
          onClose={close}
          onOther={(found) => {
            setOther(found);
            close();
          }}
        />
      )}
    </div>
  );
}
