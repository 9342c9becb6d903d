import type { Vendor } from '../providers/provider.js';

export type GivenSettings = Readonly<Record<string, unknown>>;
/** By the name of the vendor. */
export type SettingsByVendor = Readonly<Record<string, GivenSettings>>;

/** What the settings of a workspace are made of. */
export interface Given {
  readonly strict: boolean;
  readonly settings: SettingsByVendor;
}

/** How calls find the workspace. */
interface Door {
  /** Names the credentials that are made for it, if there is no `secret`. */
  readonly number: number;
  readonly secret: string | undefined;
  /** It lets unknown credentials in, if nobody has made it strict or given it a secret. */
  readonly isDefault: boolean;
}

/** The settings of all vendors in one workspace: what was given of them, and what that makes. */
export class WorkspaceSettings {
  readonly #vendors: readonly Vendor[];
  readonly #letsAnyIn: boolean;
  /** Credentials that greenroom made for this workspace, by vendor. */
  readonly #generated: Readonly<Record<string, Readonly<Record<string, string>>>>;
  #given: Given;
  #resolved: Readonly<Record<string, unknown>>;

  /** Throws INVALID_BODY. */
  constructor(vendors: readonly Vendor[], { number, secret, isDefault }: Door, given: Given) {
    this.#vendors = vendors;
    this.#letsAnyIn = isDefault && secret === undefined;
    this.#generated = Object.fromEntries(
      vendors.map(({ name, settings }) => [name, settings.generate(number, secret)]),
    );
    this.#given = this.#whole(given);
    this.#resolved = this.#resolve(this.#given);
  }

  get strict(): boolean {
    return this.#given.strict;
  }

  get given(): Given {
    return this.#given;
  }

  /** Complete, by vendor. */
  get resolved(): Readonly<Record<string, unknown>> {
    return this.#resolved;
  }

  /** Puts these in the place of the present ones. What is wrong changes nothing. Throws INVALID_BODY. */
  give(given: Given): void {
    const whole = this.#whole(given);
    this.#resolved = this.#resolve(whole);
    this.#given = whole;
  }

  /** Changes some of them. Throws INVALID_BODY. */
  change({ strict, settings }: { readonly [K in keyof Given]: Given[K] | undefined }): void {
    this.give({
      strict: strict ?? this.strict,
      settings: merged(this.#vendors, this.#given.settings, settings),
    });
  }

  /** Puts those of a snapshot in the place of the present ones; the credentials stay. Throws INVALID_BODY. */
  giveAllBut(given: Given): void {
    const [own, restored] = [this.#part(this.#given.settings, true), this.#part(given.settings, false)];
    this.give({ strict: given.strict, settings: merged(this.#vendors, own, restored) });
  }

  /** Without the credentials. */
  withoutCredentials(): SettingsByVendor {
    return this.#part(this.#given.settings, false);
  }

  /** Also with the version of each vendor that has several: what is written down today is read by later greenrooms. */
  #whole({ strict, settings }: Given): Given {
    const whole = merged(this.#vendors, settings);
    const versions = this.#vendors.flatMap(({ name, profile: { versions } }) => {
      const { version = versions?.base } = whole[name] as { readonly version?: string };
      const read = version === undefined ? undefined : versions?.read(version);
      return read && 'version' in read ? [[name, { ...whole[name], version: read.version }] as const] : [];
    });
    return { strict, settings: { ...whole, ...Object.fromEntries(versions) } };
  }

  /** The settings that are credentials, or those that are none. */
  #part(settings: SettingsByVendor, credentials: boolean): SettingsByVendor {
    const pairs = this.#vendors.map(({ name, settings: { moreCredentials = [] } }): [string, GivenSettings] => {
      const isOwn = (key: string): boolean => key in this.#generated[name]! || moreCredentials.includes(key);
      const entries = Object.entries(settings[name] ?? {});
      return [name, Object.fromEntries(entries.filter(([key]) => isOwn(key) === credentials))];
    });
    return Object.fromEntries(pairs);
  }

  #resolve({ strict, settings }: Given): Readonly<Record<string, unknown>> {
    const auth = this.#letsAnyIn && !strict ? 'any' : 'strict';
    const resolved = this.#vendors.map(({ name, settings: resolver }) => [
      name,
      resolver.resolve({ auth, ...this.#generated[name], ...settings[name] }, strict),
    ]);
    return Object.fromEntries(resolved) as Record<string, unknown>;
  }
}

/** Settings of every vendor, the later ones first in rank. */
const merged = (vendors: readonly Vendor[], ...given: readonly (SettingsByVendor | undefined)[]): SettingsByVendor =>
  Object.fromEntries(
    vendors.map(({ name }) => [name, Object.assign({}, ...given.map((settings) => settings?.[name])) as GivenSettings]),
  );
