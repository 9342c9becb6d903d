import { useState } from 'preact/hooks';
import type { Live } from '../live.js';
import { sessionOf, type Session } from '../session.js';
import { openRecordings } from '../source/opened.js';
import { recordedOf } from '../source/recorded.js';
import { Dialog } from './dialog.js';

interface Props {
  readonly live?: Live | undefined;
  /** Others that are there already. */
  readonly others?: readonly Session[];
  readonly onOther: (session: Session) => void;
  readonly onClose: () => void;
}

/** What to compare with: a file, or another workspace. */
export function CompareDialog({ live, others = [], onOther, onClose }: Props) {
  const [trouble, setTrouble] = useState('');
  /** What was in a file, if that was more than one. */
  const [found, setFound] = useState<readonly Session[]>([]);
  const attempt = async (find: () => Promise<Session | undefined>): Promise<void> => {
    try {
      const other = await find();
      if (other) onOther(other);
      setTrouble('');
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  };
  const open = (file: File | undefined): void => {
    if (!file) return;
    void attempt(async () => {
      const sessions = (await openRecordings(file)).map(sessionOf);
      setFound(sessions.length > 1 ? sessions : []);
      return sessions.length > 1 ? undefined : sessions[0];
    });
  };
  return (
    <Dialog title="Compare with" onClose={onClose}>
      <div
        class="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          open(event.dataTransfer?.files[0]);
        }}
      >
        <label>
          A timeline.html, or a recording as JSON (or drop it here)
          <input
            type="file"
            accept=".html,.json,text/html,application/json"
            onChange={(event) => open(event.currentTarget.files?.[0])}
          />
        </label>
      </div>
      <Sessions title="Which of the recordings in it?" sessions={found} onChoose={onOther} />
      <Sessions title="Another recording of this file" sessions={others} onChoose={onOther} />
      {live && <Workspaces live={live} onChoose={(id) => void attempt(() => workspaceOf(live, id))} />}
      <p role="alert">{trouble}</p>
    </Dialog>
  );
}

interface SessionsProps {
  readonly title: string;
  readonly sessions: readonly Session[];
  readonly onChoose: (session: Session) => void;
}

const Sessions = ({ title, sessions, onChoose }: SessionsProps) =>
  sessions.length === 0 ? null : (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {sessions.map((session) => (
          <li>
            <button type="button" onClick={() => onChoose(session)}>
              {session.title}
            </button>{' '}
            <span class="quiet">{session.about.verdict}</span>
          </li>
        ))}
      </ul>
    </section>
  );

const workspaceOf = async (live: Live, id: string): Promise<Session> =>
  sessionOf(recordedOf(`workspace ${id}`, await live.recording(id)));

function Workspaces({ live, onChoose }: { readonly live: Live; readonly onChoose: (id: string) => void }) {
  const others = live.workspaces.filter(({ id }) => id !== live.server.workspace);
  return (
    <section>
      <h3>Another workspace of this server</h3>
      {others.length === 0 && <p class="quiet">There is none.</p>}
      <ul>
        {others.map(({ id, seed, scenario }) => (
          <li key={id}>
            <button type="button" onClick={() => onChoose(id)}>
              {id}
            </button>{' '}
            <span class="quiet">
              seed {seed}, {scenario}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
