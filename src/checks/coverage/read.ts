import { findOperation } from '../../contracts/find-operation.js';
import type { CoverageCounts } from '../../contracts/coverage/coverage.js';
import { CoverageCounter } from '../../contracts/coverage/counter.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';
import { readExchange } from '../traffic/exchange.js';
import { readEntries } from '../traffic/read.js';
import { vendorsAt } from '../traffic/vendors.js';
import { isObject, type JsonObject } from '../../contracts/json/object.js';

/**
 * What these recordings exercise: HAR files, and what the control plane gives as `/requests`, `/timeline` and
 * `/deliveries`. Throws USAGE for what cannot be read.
 */
export async function countsOf(
  files: readonly string[],
  vendors: readonly VendorProfile[],
  baseUrls: readonly string[],
): Promise<CoverageCounts> {
  const counter = new CoverageCounter();
  const vendorOf = vendorsAt(vendors, baseUrls);
  let read = 0;
  for (const file of files) {
    for await (const entry of readEntries(file)) {
      if (!isObject(entry) || !isRecorded(entry)) continue;
      read++;
      if (isObject(entry['request'])) countExchange(counter, entry, vendorOf);
      else if (Array.isArray(entry['attempts'])) countDelivery(counter, entry);
      else countLine(counter, entry);
    }
  }
  if (read > 0) return counter.toJSON();
  throw new GreenroomError(
    'USAGE',
    `Failed to read ${files.join(', ')}: expected calls, webhooks or lines of a timeline, was none of them. Give a HAR file, or what GET /_greenroom/requests, /timeline or /deliveries answered.`,
  );
}

/** A call, a webhook, or a line of the timeline. */
const isRecorded = (entry: JsonObject): boolean =>
  readExchange(entry, 1) !== undefined || Array.isArray(entry['attempts']) || typeof entry['kind'] === 'string';

function countExchange(counter: CoverageCounter, entry: JsonObject, vendorOf: ReturnType<typeof vendorsAt>): void {
  const exchange = readExchange(entry, 1);
  const addressed = exchange && vendorOf(exchange);
  if (!exchange?.response || !addressed) return;
  const { contract, path } = addressed;
  const operation = findOperation(contract, exchange.method, path);
  if (operation) counter.request(contract.provider, operation.id, exchange.response.status);
}

/** A webhook counts once somebody was told, or would have been. */
function countDelivery(counter: CoverageCounter, { provider, type, state, attempts }: JsonObject): void {
  if ((attempts as readonly unknown[]).length > 0) counter.webhook(String(provider), String(type), textOf(state));
}

/** A line of the timeline. */
function countLine(counter: CoverageCounter, line: JsonObject): void {
  const { kind, provider, operation, status, type, state, attempt, event, from, sub_type } = line;
  if (kind === 'request' && typeof operation === 'string' && typeof status === 'number')
    counter.request(String(provider), operation, status);
  if (kind === 'delivery' && attempt === 1) counter.webhook(String(provider), String(type), textOf(state));
  if (kind === 'transition') counter.transition(String(provider), String(event), String(from), textOf(sub_type));
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
