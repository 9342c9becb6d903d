import type { CoverageKind } from '../../contracts/coverage/coverage.js';

export const KIND_TITLES: Readonly<Record<CoverageKind, string>> = {
  operations: 'operations × statuses',
  webhooks: 'webhooks × states',
  transitions: 'edges of lives',
  sub_types: 'reasons',
};

/** What a name and its variant are called, by kind. */
export const KIND_COLUMNS: Readonly<Record<CoverageKind, readonly [name: string, variant: string]>> = {
  operations: ['Operation', 'Answered'],
  webhooks: ['Webhook', 'Telling of'],
  transitions: ['Event', 'From'],
  sub_types: ['Event', 'Reason'],
};

/** The words of a covered thing without its vendor and its kind: `createBot 201`. */
export function labelOf(key: string): string {
  const [, kind, name = '', variant] = key.split(' ');
  if (variant === undefined) return name;
  return kind === 'transitions' ? `${name} from ${variant}` : `${name} ${variant}`;
}
