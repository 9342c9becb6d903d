import { Type } from '@sinclair/typebox';
import { setting } from '../settings.js';
import type { Versions } from './versions.js';

/** The settings by which a workspace chooses a version; every vendor that has versions has them. */
export const versionSettings = ({ base, oldest, newest }: Pick<Versions, 'base' | 'oldest' | 'newest'>) => ({
  version: setting(Type.String(), `The version of the vendor, from ${oldest} to ${newest}, or \`latest\``, {
    default: base,
  }),
  changes: setting(
    Type.Record(Type.String(), Type.Boolean()),
    'Changes between versions, by their ids, that hold whatever the version, or do not: `{"room-sync": true}`',
    { default: {} },
  ),
});
