import type { Contract } from '../../contracts/contract.js';
import type { Versions } from '../../contracts/versions/versions.js';
import { GreenroomError } from '../../errors.js';
import { told } from '../../told.js';
import { settingAt } from './settings.js';

type Given = Readonly<Record<string, unknown>>;

/** The version that a workspace has. */
export interface WorkspaceVersion<C extends Contract> {
  /** In full. */
  readonly version: string;
  readonly contract: C;
  /** What was given, over what this version has for defaults otherwise than the schema of the settings. */
  readonly settings: Given;
}

/** Reads the settings `version` and `changes` of a vendor. Throws INVALID_BODY with the pointer of what cannot be. */
export function readVersion<C extends Contract>(
  vendor: string,
  versions: Versions<C>,
  given: Given,
): WorkspaceVersion<C> {
  const { version: wanted = versions.base, changes = {} } = given as {
    readonly version?: string;
    readonly changes?: Readonly<Record<string, boolean>>;
  };
  const read = versions.read(wanted);
  if ('fault' in read) throw misread(`/${vendor}/version`, read.fault, wanted);
  const fault = versions.choicesFault(changes);
  if (fault !== undefined) throw misread(`/${vendor}/changes`, fault, changes);
  const { version } = read;
  const contract = versions.at(version, changes);
  const switches = contract.rules?.switches ?? {};
  for (const name of versions.switches)
    if (given[name] !== undefined && !(name in switches))
      throw misread(
        `/${vendor}/${name}`,
        `expected no such setting in ${version}, which has it not: it is there ${versions.switchedBy(name)}. Give a version, too.`,
        given[name],
      );
  const isPlain = Object.keys(switches).length === 0;
  return { version, contract, settings: isPlain ? given : { ...switches, ...given } };
}

const misread = (pointer: string, fault: string, was: unknown): GreenroomError =>
  new GreenroomError('INVALID_BODY', told`${settingAt(pointer)}${fault}`, { pointer, was });
