import type { Operation } from '../../contracts/contract.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import { full } from '../providers/full.js';
import type { Reply, Vendor, VendorRequest } from '../providers/provider.js';

/** What a world of strangers may grow to. Worlds without limits are their owners' own. */

/** So many records of other kinds may stand beside each agent, and so many besides: people, events, channels, tokens. */
const RECORDS_PER_BOT = 100;
const RECORDS = 10_000;
/** The number of records bounds what shorter bodies can make. */
const LONG_BODY = 1024;

/** Why a call may not make anything more, if it may not. */
export function refuseFull(
  world: World,
  vendors: readonly Vendor[],
  call: { readonly vendor: Vendor; readonly operation: Operation },
): Reply | undefined {
  const { limits } = world;
  const { method, id } = call.operation;
  if (!limits || method === 'GET' || method === 'DELETE') return undefined;
  if (call.vendor.agents?.makers.includes(id)) {
    const count = vendors.reduce((sum, { agents }) => sum + (agents?.count(world) ?? 0), 0);
    if (count >= limits.bots)
      return full(
        `the world has ${count} agents, and its limit "bots" is ${limits.bots}: delete some, or reset it${OR_MORE}`,
      );
  }
  const why = whyFull(world);
  return why === undefined ? undefined : full(why + OR_MORE);
}

const OR_MORE = ', or make the workspace with a higher limit';

/** Refuses a call of the control plane that adds to a world without room. Throws LIMIT_REACHED. */
export function assertRoom(world: World, method: string): void {
  const why = method === 'GET' || method === 'DELETE' ? undefined : whyFull(world);
  if (why !== undefined) throw new GreenroomError('LIMIT_REACHED', `Failed to add to the world: ${why}.`);
}

/** What allows a larger body than one that was refused. */
export const whoAllowsMore = (limits: World['limits']): string =>
  limits ? 'that is the limit "body" of the workspace' : '--max-body, or the option maxBody in TypeScript, allows more';

function whyFull(world: World): string | undefined {
  if (!world.limits) return undefined;
  const { bots, bytes } = world.limits;
  if (world.bulk > bytes)
    return `the world was given ${world.bulk} bytes in bodies of more than ${LONG_BODY} bytes each, and its limit "bytes" is ${bytes}: reset it`;
  const most = RECORDS + RECORDS_PER_BOT * bots;
  const records = world.recordCount + world.faults.size;
  if (records < most) return undefined;
  return `the world has ${records} records, and with a limit "bots" of ${bots} it may have ${most}: reset it`;
}

/** A call has changed a world, and its body may have become part of it. */
export function countBulk(
  world: World,
  { method, body, bytes }: Pick<VendorRequest, 'method' | 'body' | 'bytes'>,
): void {
  if (!world.limits || method === 'GET' || method === 'HEAD') return;
  const length = lengthOf({ body, bytes });
  if (length > LONG_BODY) world.bulk += length;
}

/** A request as the workspace takes it: without a body that is longer than its limit. */
export function withinLimit(
  request: VendorRequest,
  tooLarge: boolean,
  most = Number.POSITIVE_INFINITY,
): { readonly request: VendorRequest; readonly tooLarge: boolean } {
  const isOver = tooLarge || (most < Number.POSITIVE_INFINITY && lengthOf(request) > most);
  return { request: isOver ? withoutBody(request) : request, tooLarge: isOver };
}

const lengthOf = ({ body, bytes }: Pick<VendorRequest, 'body' | 'bytes'>): number =>
  bytes?.byteLength ?? Buffer.byteLength(body);

/** What a stranger sends is not kept: anybody could fill the disk with it. */
export function withoutBody(request: VendorRequest): VendorRequest {
  const { method, path, query, headers, origin } = request;
  return { method, path, query, headers, origin, body: '', bytes: undefined };
}
