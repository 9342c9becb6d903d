import { useState } from 'preact/hooks';
import type { Live } from '../live.js';

/** The control plane of this server wants a token. */
export function TokenForm({ live }: { readonly live: Live }) {
  const [token, setToken] = useState('');
  return (
    <main class="token">
      <h1>greenroom</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          live.enter(token);
        }}
      >
        <p>
          {live.server.hasToken ? 'That was not its token. ' : ''}This server was started with a control token. It stays
          in this tab.
        </p>
        <label>
          Control token
          <input
            type="password"
            autocomplete="off"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={token === ''}>
          Enter
        </button>
      </form>
    </main>
  );
}
