import { host } from '../host/node.js';
import type { Reply } from '../providers/provider.js';
import { policyOf, startOf } from './file.js';

/** The page that follows this server. It holds no data: these it asks for. */
export function livePage(): Reply {
  const { script, style } = host.inspectorPage();
  const nonce = host.nonce();
  const source = `'nonce-${nonce}'`;
  const policy = `${policyOf({ script: source, style: source, connect: "'self'" })}; frame-ancestors 'none'`;
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
    body: `${startOf('Inspector')}<style nonce="${nonce}">${style}</style></head><body><div id="inspector" data-live></div><script nonce="${nonce}">${script}</script></body></html>\n`,
  };
}
