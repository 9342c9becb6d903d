import { hash } from 'node:crypto';
import type { Vendor } from './provider.js';

/**
 * The tag of a workspace: with it begin its credentials, and what its world gives out, so that whoever stands before the
 * workspaces finds the one that is meant without asking them. Workspaces that strangers share have one; it is no secret.
 */

export const TAG_LENGTH = 10;

/** 59 bits: of a hundred thousand workspaces, two have equal ones once in a hundred million. */
export const tagOf = (secret: string): string => letters(hash('sha256', `greenroom/tag/${secret}`, 'base64url'));

/** What the credentials of workspace number n are made from: its secret, or its number, which anybody can guess. */
export interface Root {
  readonly root: string | number;
  readonly tag: string;
}

export const rootOf = (n: number, secret: string | undefined): Root =>
  secret === undefined ? { root: n, tag: '' } : { root: secret, tag: tagOf(secret) };

/** A text of this length that begins with the tag. */
export const tagged = (tag: string, text: string, length: number): string => (tag + text).slice(0, length);

/** The tag in a credential, whether a workspace has it or not: its last word without what the vendor begins keys with. */
export function tagIn({ settings: { prefixes = [] } }: Pick<Vendor, 'settings'>, credential: string): string {
  const word = credential.slice(credential.lastIndexOf(' ') + 1);
  const prefix = prefixes.find((start) => word.startsWith(start)) ?? '';
  return word.slice(prefix.length, prefix.length + TAG_LENGTH);
}

/** True for a credential that this world may have given out; without a tag that is any. */
export const bearsTag = (
  { tag }: { readonly tag: string },
  vendor: Pick<Vendor, 'settings'>,
  credential: string,
): boolean => tag === '' || tagIn(vendor, credential) === tag;

const letters = (text: string): string => text.replace(/[-_]/g, '0').slice(0, TAG_LENGTH);
