import type { WireMessage } from '../contracts/wire.js';
import { host } from './host/node.js';

/** The messages of a vendor that come with greenroom (`fixtures/wire/<vendor>`), by name; none of a vendor of one's own. */
export function readWireMessages(provider: string): WireMessage[] {
  const folder = host.fixtures(`wire/${provider}`);
  const files = folder.names().filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => {
    const message = JSON.parse(folder.text(file)) as Omit<WireMessage, 'name'>;
    return { name: file.slice(0, -'.json'.length), ...message };
  });
}
