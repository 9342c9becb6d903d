import { parseInstant } from '../../../../clock/instant.js';
import { testText } from '../model/test-text.js';
import type { Live } from '../live.js';
import type { Session } from '../session.js';
import { Dialog } from './dialog.js';
import { Code } from './texts.js';
import { useAnswer } from './use.js';

interface Props {
  readonly session: Session;
  readonly live?: Live | undefined;
  readonly onClose: () => void;
}

/** A test for what is on the screen. */
export function TestDialog({ session, live, onClose }: Props) {
  const { value: made, error } = useAnswer(() => session.source.made(), session);
  const now = live?.clock?.now ?? session.head?.clock.now;
  return (
    <Dialog title="Write this as a test" onClose={onClose}>
      {error !== undefined && <p>{error}</p>}
      {made?.lost !== undefined && <p>No test can be written: {made.lost}</p>}
      {made && made.lost === undefined && (
        <>
          <p>
            It makes this world again with the calls that made it
            {session.range ? ', up to the end of the range' : ''}, and asserts what the agents in sight have gone
            through. It is TypeScript, and needs nothing but Vitest and greenroom.
          </p>
          <Code
            text={testText({ made, view: session.view, nameOf: (id) => session.nameOf(id), end: endOf(session, now) })}
            what="test"
          />
        </>
      )}
    </Dialog>
  );
}

const endOf = ({ range, timeline }: Session, now: string | undefined): number =>
  range?.to ?? Math.max(timeline.end, parseInstant(now ?? '') ?? 0);
