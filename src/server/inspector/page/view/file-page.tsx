import { useState } from 'preact/hooks';
import type { Session } from '../session.js';
import type { Report } from '../source/embedded.js';
import { CompareDialog } from './compare-dialog.js';
import { Compare } from './compare.js';
import { Dialog } from './dialog.js';
import { Help } from './help.js';
import { Panes } from './panes.js';
import { useShortcuts } from './shortcuts.js';
import { TestDialog } from './test-dialog.js';
import { Code } from './texts.js';

type Open = 'help' | 'test' | 'compare' | 'report';

/** One recording, or two beside each other. */
interface Shown {
  readonly left: Session;
  readonly right?: Session | undefined;
}

interface Props {
  readonly sessions: readonly Session[];
  readonly report?: Report | undefined;
}

/** Recordings that were kept: one, two beside each other, or many of which some belong beside others. */
export function FilePage({ sessions, report }: Props) {
  const pairs = pairsOf(sessions);
  const [open, setOpen] = useState<Open>();
  const [shown, show] = useState<Shown>(pairs[0] ?? { left: sessions[0]! });
  const { left, right } = shown;
  // What failed is what people look into.
  const subject = right?.about.verdict === undefined ? left : right;
  useShortcuts({ session: right ? undefined : left, onHelp: () => setOpen('help') });
  return (
    <div class="page">
      <header class="top">
        <h1>{report?.title ?? subject.title}</h1>
        <Chooser pairs={pairs} shown={shown} onChoose={show} />
        {!right && <About session={left} />}
        <span class="space" />
        {buttonsOf(report).map(([what, label]) => (
          <button key={what} type="button" onClick={() => setOpen(what)}>
            {label}
          </button>
        ))}
      </header>
      {right ? (
        <Compare key={sessions.indexOf(right)} left={left} right={right} onClose={() => show({ left: subject })} />
      ) : (
        <Panes key={sessions.indexOf(left)} session={left} />
      )}
      <Opened
        {...{ open, sessions, report, subject }}
        onClose={() => setOpen(undefined)}
        onOther={(other) => {
          show({ left: subject, right: other });
          setOpen(undefined);
        }}
      />
    </div>
  );
}

/** Those that belong beside another; else the first two, if there are two. */
function pairsOf(sessions: readonly Session[]): Shown[] {
  const pairs = sessions.flatMap((right): Shown[] => {
    const left = sessions[right.about.beside ?? -1];
    return left ? [{ left, right }] : [];
  });
  const [left, right] = sessions;
  return pairs.length === 0 && right ? [{ left: left!, right }] : pairs;
}

const buttonsOf = (report: Report | undefined): readonly (readonly [Open, string])[] => [
  ...(report ? ([['report', 'The report in words']] as const) : []),
  ['test', 'Write this as a test'],
  ['compare', 'Compare …'],
  ['help', 'Keys (?)'],
];

interface ChooserProps {
  readonly pairs: readonly Shown[];
  readonly shown: Shown;
  readonly onChoose: (pair: Shown) => void;
}

/** Which of the pairs is looked at. */
function Chooser({ pairs, shown, onChoose }: ChooserProps) {
  if (pairs[0]?.right?.about.verdict === undefined) return null;
  const at = pairs.findIndex(({ left, right }) => left === shown.left && right === shown.right);
  return (
    <label class="finding">
      Finding{' '}
      <select value={String(at)} onChange={(event) => onChoose(pairs[Number(event.currentTarget.value)]!)}>
        {at < 0 && <option value="-1">none of them</option>}
        {pairs.map(({ right }, i) => (
          <option key={i} value={String(i)}>
            {right!.about.verdict}
          </option>
        ))}
      </select>
    </label>
  );
}

const About = ({ session: { head } }: { readonly session: Session }) => (
  <p class="quiet">
    a recording of greenroom {head?.greenroom}, workspace {head?.workspace.id}, seed {head?.workspace.seed}, until{' '}
    {head?.clock.now}
  </p>
);

interface OpenedProps extends Props {
  readonly open: Open | undefined;
  readonly subject: Session;
  readonly onOther: (other: Session) => void;
  readonly onClose: () => void;
}

function Opened({ open, sessions, report, subject, onOther, onClose }: OpenedProps) {
  switch (open) {
    case undefined:
      return null;
    case 'help':
      return <Help onClose={onClose} />;
    case 'test':
      return <TestDialog session={subject} onClose={onClose} />;
    case 'compare':
      return <CompareDialog others={sessions.filter((one) => one !== subject)} onOther={onOther} onClose={onClose} />;
    case 'report':
      return (
        <Dialog title={report!.title} onClose={onClose}>
          <Code text={report!.text} what="report" />
        </Dialog>
      );
  }
}
