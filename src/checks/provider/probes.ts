import type { Operation } from '../../contracts/contract.js';
import { matches } from '../../contracts/schemas/schema.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import type { WireMessage } from '../../contracts/wire.js';
import type { Call } from './client.js';

/** A call that can change nothing, and the statuses by which the contract says that it may be answered. */
export interface Probe {
  /** What is tried, in a few words. */
  readonly what: string;
  readonly operation: Operation;
  readonly call: Call;
  readonly expected: readonly number[];
  /** The vendor's own example of this call and its answer. */
  readonly example?: WireMessage;
}

/** The headers that open the doors of an API; one that is missing leaves its operations unprobed. */
export interface Keys {
  readonly key: string;
  readonly accessToken: string | undefined;
  /** An id that the credentials lead to, by the parameter of paths that takes it; what is sent to it is refused for its form. */
  readonly known?: { readonly parameter: string; readonly id: string } | undefined;
}

/** Nobody's, and refused by every server: a variable that was never set. */
const NOBODY = 'undefined';
const REFUSALS = [400, 401, 403, 404, 415, 422];

/** Every safe probe of an API, in the order of its contract. */
export function safeProbes(vendor: VendorProfile, keys: Keys, messages: readonly WireMessage[]): Probe[] {
  const operations: readonly Operation[] = vendor.contract.operations.filter(({ elsewhere }) => !elsewhere);
  return operations.flatMap((operation) => [
    ...strangers(vendor, operation),
    ...guests({ vendor, operation, keys, messages }),
  ]);
}

/** Without a credential, with an unknown one, and with another vendor's scheme: always 401, whatever is asked. */
function strangers(vendor: VendorProfile, operation: Operation): Probe[] {
  if (operation.auth === 'none') return [];
  const path = pathOf(vendor, operation);
  const { method } = operation;
  const good = operation.auth === 'token' ? 'Token' : 'Bearer';
  const probe = (what: string, authorization?: string): Probe => ({
    what,
    operation,
    call: { method, path, ...(authorization === undefined ? {} : { authorization }) },
    expected: [401],
  });
  return [probe('without a credential'), probe('with nobody’s credential', `${good} ${NOBODY}`)];
}

interface Guest {
  readonly vendor: VendorProfile;
  readonly operation: Operation;
  readonly keys: Keys;
  readonly messages: readonly WireMessage[];
}

function guests({ vendor, operation, keys, messages }: Guest): Probe[] {
  const authorization = authorizationFor(operation, keys);
  if (authorization === undefined) return [];
  const path = pathOf(vendor, operation, keys.known);
  const known = Object.keys(operation.responses).map(Number);
  const of = (statuses: readonly number[]): number[] => known.filter((status) => statuses.includes(status));
  const auth = authorization === '' ? {} : { authorization };
  const { method, body } = operation;
  const probe = (what: string, call: Partial<Call>, expected: readonly number[], example?: WireMessage): Probe => ({
    what,
    operation,
    call: { method, path: path + (vendor.probes.queries[operation.id] ?? ''), ...auth, ...call },
    expected,
    ...(example ? { example } : {}),
  });
  const named = path !== operation.path;
  if (method === 'GET') {
    if (authorization === '') return [probe('without parameters', {}, of([400]))].filter(hasExpectation);
    return [named ? probe('of an unknown id', {}, of([404])) : probe('as it is', {}, of([200]))];
  }
  if (named && !body) return [probe('of an unknown id', {}, of([404]))].filter(hasExpectation);
  const refused = of(REFUSALS);
  // What the vendor has not published may fail on what it does not expect; nobody provokes that on a live server.
  const harmless = body !== undefined && !matches(body, {}) && !operation.undocumented;
  return [
    ...(harmless || (named && !operation.undocumented) ? [probe('with an empty object', { body: '{}' }, refused)] : []),
    ...(known.includes(400) && body ? [probe('with half a body', { body: '{"a": ' }, of([400, 404]))] : []),
    ...messages.filter((message) => isHarmless(message, operation, vendor)).map((message) => replay(message, probe)),
  ].filter(hasExpectation);
}

const hasExpectation = ({ expected }: Probe): boolean => expected.length > 0;

/** A message that the vendor refuses by its form alone cannot create anything. */
function isHarmless(
  { operation: id, request, response }: WireMessage,
  { id: own, body, path }: Operation,
  { probes }: VendorProfile,
): boolean {
  if (id !== own || !response || !request || !body) return false;
  if (path.includes('{') && !path.includes(`{${probes.known?.parameter}}`)) return false;
  return response.status >= 400 && !matches(body, request.body);
}

function replay(
  message: WireMessage,
  probe: (what: string, call: Partial<Call>, expected: readonly number[], example: WireMessage) => Probe,
): Probe {
  const body = JSON.stringify(message.request!.body);
  return probe(`with the example "${message.name}"`, { body }, [message.response!.status], message);
}

/** The path with ids that nothing has. */
function pathOf({ probes }: VendorProfile, { path }: Operation, known?: Keys['known']): string {
  const values = { ...probes.parameters, ...(known ? { [known.parameter]: encodeURIComponent(known.id) } : {}) };
  return path.replace(/\{(\w+)\}/g, (_, parameter: string) => values[parameter] ?? probes.unknownId);
}

/** The credential that an operation wants; empty if it wants none, `undefined` if the user has given none. */
export function authorizationFor({ auth }: Operation, { key, accessToken }: Keys): string | undefined {
  switch (auth) {
    case 'token':
      return `Token ${key}`;
    case 'api_key':
    case 'any_bearer':
      return `Bearer ${key}`;
    case 'access_token':
      return accessToken === undefined ? undefined : `Bearer ${accessToken}`;
    case 'none':
      return '';
  }
}
