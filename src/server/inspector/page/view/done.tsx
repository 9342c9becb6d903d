import { curlOf, typescriptOf } from '../model/actions.js';
import type { Live } from '../live.js';
import { Code } from './texts.js';
import { useChanges } from './use.js';

/** What was done last, and how a test does the same. */
export function Done({ live }: { readonly live: Live }) {
  useChanges(live);
  const [last] = live.done;
  if (!last) return null;
  const { call, outcome, failed } = last;
  return (
    <details class={`done ${failed ? 'bad' : ''}`}>
      <summary>
        <code>
          {call.method} {call.path}
        </code>{' '}
        <span role="status">
          {failed ? '✕ ' : '✓ '}
          {outcome}
        </span>{' '}
        <span class="link">as curl and TypeScript</span>
      </summary>
      <div class="ways">
        <Code text={curlOf(call, live.place)} what="curl" />
        <Code text={typescriptOf(call)} what="TypeScript" />
      </div>
    </details>
  );
}
