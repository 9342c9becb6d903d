import type { Static, TSchema } from '@sinclair/typebox';

/** Types that follow from the profile of a vendor. */

/** Everything that an app needs to call greenroom instead of the vendor. */
export type AccessOf<Profile> = Profile extends { readonly access: { readonly schema: infer S extends TSchema } }
  ? Readonly<{ base_url: string } & Static<S>> & VersionOf<Profile>
  : Profile extends { readonly credentials: infer Own }
    ? { readonly base_url: string } & { readonly [Name in keyof Own]: string }
    : never;
/** The version that a workspace has, of a vendor that has several. */
type VersionOf<Profile> = Profile extends { readonly versions: object } ? { readonly version: string } : unknown;

/** The settings that a workspace may be given. */
export type SettingsOf<Profile> = Profile extends { readonly settings: infer S extends TSchema } ? Static<S> : never;

/** The names of the calls. */
export type OperationOf<Profile> = Profile extends {
  readonly contract: { readonly operations: readonly { readonly id: infer Id }[] };
}
  ? Id
  : never;

/** The states of the life cycle. */
export type StateOf<Profile> = Profile extends {
  readonly contract: { readonly lifecycle: { readonly states: readonly (infer State)[] } };
}
  ? State
  : never;

/** References to an agent by a name other than its id: `{ scheduling_key: string }`. */
export type KeyReferenceOf<Profile> = Profile extends { readonly subjectKeys: readonly (infer Key extends string)[] }
  ? { readonly [K in Key]: { readonly [Name in K]: string } }[Key]
  : never;

/** The body of every webhook, by its type. */
export type WebhookBodiesOf<Profile> = Profile extends {
  readonly contract: { readonly webhooks: readonly (infer Webhook extends { type: string; body: TSchema })[] };
}
  ? { readonly [W in Webhook as W['type']]: Static<W['body']> }
  : never;
