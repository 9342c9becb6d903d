import type { CreateWorkspaceBody } from '../../contracts/control/workspaces.js';
import { controlSchemas } from '../../contracts/control/schemas.js';
import { advise } from '../../contracts/schemas/advice.js';
import { mismatches, unknownFields } from '../../contracts/schemas/schema.js';
import { misfit } from '../../errors.js';
import { placeAt } from '../../told.js';
import type { Vendor } from '../providers/provider.js';
import type { WorkspaceOptions } from './workspace.js';

/** Options with the settings of all vendors, which stand under their names, in one place. */
export function gatherSettings(vendors: readonly Pick<Vendor, 'name'>[], flat: CreateWorkspaceBody): WorkspaceOptions {
  const names = vendors.map(({ name }) => name);
  const entries = Object.entries(flat);
  return {
    ...Object.fromEntries(entries.filter(([name]) => !names.includes(name))),
    settings: Object.fromEntries(entries.filter(([name]) => names.includes(name))) as unknown as NonNullable<
      WorkspaceOptions['settings']
    >,
  };
}

/** Refuses what no workspace can be made with, before there is a server. Throws USAGE with the pointer of the fault. */
export function checkWorkspaceOptions(vendors: readonly Vendor[], options: CreateWorkspaceBody): void {
  const schema = controlSchemas(vendors.map(({ profile }) => profile)).CreateWorkspaceBody;
  const [fault] = mismatches(schema, options, 1);
  if (!fault) return;
  const { pointer, expected, was } = fault;
  const meant = fault.nearest ?? unknownFields(schema, options).find((unknown) => unknown.pointer === pointer)?.nearest;
  const place = placeAt('read the options of greenroom', pointer);
  throw misfit(place, { expected, was, shown: was, advice: advise(fault, meant), nearest: meant, code: 'USAGE' });
}
