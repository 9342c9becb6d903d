import type { DurableObjectNamespace, DurableObjectState } from '@cloudflare/workers-types';
import type { ObjectId, Objects, ObjectState } from '../src/runtime.js';

/** Does not compile if the runtime gives anything else than what greenroom takes it for. */
export const state = (given: DurableObjectState): ObjectState => given;
export const objects = (
  given: DurableObjectNamespace,
): { readonly [K in keyof Objects<unknown>]: (given: never) => unknown } & Pick<Objects<unknown>, 'idFromName'> =>
  given;
export const id = (given: ReturnType<DurableObjectNamespace['idFromName']>): ObjectId => given;
