import { hash } from 'node:crypto';
import type { TObject } from '@sinclair/typebox';
import { withDefaults } from '../contracts/settings.js';
import type { SettingsResolver } from '../server/providers/provider.js';
import { rootOf, tagged } from '../server/providers/tags.js';

/** Credentials of one's own making: the name of each setting, and the start of its value. */
export type GeneratedCredentials = Readonly<Record<string, string>>;

/**
 * Completes settings by the defaults of their schema. `generated` names the credentials that each workspace gets, with
 * their prefixes; calls find the workspace by those in `identify`.
 *
 * @example settingsFor(schema, { vendor: 'notetaker', generated: { api_key: 'key_' }, identify: ['api_key'] })
 */
export const settingsFor = (
  schema: TObject,
  {
    vendor,
    generated,
    identify,
  }: { readonly vendor: string; readonly generated: GeneratedCredentials; readonly identify: readonly string[] },
): SettingsResolver<Readonly<Record<string, unknown>>> => ({
  resolve: (given, strict) => withDefaults(schema, given, strict) as Readonly<Record<string, unknown>>,
  generate(n, secret) {
    const { root, tag } = rootOf(n, secret);
    const made = Object.entries(generated).map(([name, prefix]) => {
      const text = hash('sha256', `greenroom/${vendor}/${root}/${name}`, 'base64');
      return [name, prefix + tagged(tag, text.replace(/[^A-Za-z0-9]/g, ''), 32)] as const;
    });
    return Object.fromEntries(made);
  },
  // The longest first: one may begin with another.
  prefixes: Object.values(generated).toSorted((a, b) => b.length - a.length),
  credentials: (settings) => identify.map((name) => String(settings[name])),
});
