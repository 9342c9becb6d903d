import { CreateWorkspaceBody } from '../contracts/control/bodies.js';
import { mismatches, unknownFields } from '../contracts/schema.js';
import { GreenroomError } from '../errors.js';
import { PROVIDERS } from './providers/registry.js';
import type { WorkspaceOptions } from './workspace.js';

const schema = CreateWorkspaceBody(Object.fromEntries(PROVIDERS.map(({ name, settings }) => [name, settings.schema])));

/** Refuses what no workspace can be made with, before there is a server. Throws USAGE with the pointer of the fault. */
export function checkWorkspaceOptions(options: WorkspaceOptions): void {
  const [fault] = mismatches(schema, options);
  if (!fault) return;
  const { pointer, expected, was } = fault;
  const meant = unknownFields(schema, options).find((unknown) => unknown.pointer === pointer)?.nearest;
  throw new GreenroomError(
    'USAGE',
    `Failed to read the options of greenroom: at ${pointer}, expected ${expected}, was ${was}.` +
      (meant === undefined ? '' : ` Did you mean "${meant}"?`),
    { pointer, expected, was, ...(meant === undefined ? {} : { nearest: meant }) },
  );
}
