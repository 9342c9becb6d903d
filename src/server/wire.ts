import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireMessage } from '../contracts/wire.js';
import { fixturesFolder } from './fixtures.js';

/** The messages of a vendor that come with greenroom (`fixtures/wire/<vendor>`), by name; none of a vendor of one's own. */
export function readWireMessages(provider: string): WireMessage[] {
  const folder = join(fixturesFolder('wire'), provider);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => {
    const message = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<WireMessage, 'name'>;
    return { name: file.slice(0, -'.json'.length), ...message };
  });
}
