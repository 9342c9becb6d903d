import { parseJsonFile } from '../../contracts/json/file.js';
import { readFile } from 'node:fs/promises';
import { findOperation } from '../../contracts/find-operation.js';
import type { Touch } from '../../contracts/versions/changes.js';
import type { CoverageReport } from '../../contracts/coverage/coverage.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';
import { whyUnread } from '../unread.js';
import { readExchange } from '../traffic/exchange.js';
import { readEntries } from '../traffic/read.js';
import { vendorsAt } from '../traffic/vendors.js';
import { isObject, type JsonObject } from '../../contracts/json/object.js';

/** What an app does with a vendor, as far as recordings and a coverage report show it. */
export class Usage {
  /** Bodies are known: it can be told whether a field is used. */
  hasBodies = false;
  readonly #vendor: VendorProfile;
  readonly #calls = new Map<string, number>();
  readonly #bodies = new Map<string, unknown[]>();
  readonly #events = new Set<string>();

  constructor(vendor: VendorProfile) {
    this.#vendor = vendor;
  }

  /** HAR files, journals, timelines and lists of deliveries. Throws USAGE. */
  async readRecording(file: string, baseUrls: readonly string[]): Promise<void> {
    const vendorOf = vendorsAt([this.#vendor], baseUrls);
    let number = 0;
    let isEmpty = true;
    for await (const entry of readEntries(file)) {
      if (!isObject(entry)) continue;
      if (this.#noteEvent(entry)) isEmpty = false;
      const exchange = readExchange(entry, ++number);
      const called = exchange && vendorOf(exchange);
      const operation = called && findOperation(called.contract, exchange.method, called.path);
      if (!operation) continue;
      isEmpty = false;
      this.hasBodies = true;
      this.#count(operation.id, 1);
      const body = parse(exchange.request.body);
      if (body !== undefined) this.#bodies.set(operation.id, [...(this.#bodies.get(operation.id) ?? []), body]);
    }
    if (isEmpty) throw this.#nothingIn(file);
  }

  /** Of a recording without the vendor no change would ever touch the app. */
  #nothingIn(file: string): GreenroomError {
    const { name, title } = this.#vendor;
    return new GreenroomError(
      'USAGE',
      `Failed to judge ${file}: expected calls of ${title}, or its webhooks or events, was none. If they go to another host, name it with --base-url ${name}=https://….`,
    );
  }

  /** What `greenroom coverage --json` has written. Throws USAGE. */
  async readCoverage(file: string): Promise<void> {
    const report = await readReport(file);
    const own = report.providers.find(({ provider }) => provider === this.#vendor.name);
    for (const { name, count } of own?.kinds.operations.items ?? []) if (count > 0) this.#count(name, count);
    for (const { name, count } of own?.kinds.transitions.items ?? []) if (count > 0) this.#events.add(name);
    for (const { variant, count } of own?.kinds.webhooks.items ?? []) if (count > 0) this.#noteState(variant);
  }

  /** One part of a sentence: how the app does something; `undefined` if it was not seen to. */
  of({ operation, pointer, event }: Touch): string | undefined {
    if (event !== undefined) return this.#events.has(event) ? `${event} was seen` : undefined;
    const calls = this.#calls.get(operation!) ?? 0;
    if (calls === 0) return undefined;
    if (pointer === undefined) return `${operation} was called${times(calls)}`;
    if (!this.hasBodies) return `${operation} was called${times(calls)}; whether ${pointer} is sent cannot be told`;
    const sent = (this.#bodies.get(operation!) ?? []).filter((body) => valueAt(body, pointer) !== undefined).length;
    return sent === 0 ? undefined : `${operation} was sent with ${pointer}${times(sent)}`;
  }

  #count(operation: string, by: number): void {
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + by);
  }

  /** A line of a timeline says the event; a webhook says the state that it led to. False if it says neither. */
  #noteEvent({ kind, provider, event, state }: JsonObject): boolean {
    if (provider !== undefined && provider !== this.#vendor.name) return false;
    if (kind === 'transition' && typeof event === 'string') this.#events.add(event);
    else if (typeof state === 'string') this.#noteState(state);
    else return false;
    return true;
  }

  #noteState(state: string): void {
    for (const [event, { to }] of Object.entries(this.#vendor.contract.lifecycle.events))
      if (to === state) this.#events.add(event);
  }
}

/** What stands at a JSON pointer of names; `undefined` if nothing does. */
const valueAt = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), value);

const times = (count: number): string => (count === 1 ? '' : ` ${count} times`);

function parse(body: string | undefined): unknown {
  try {
    return body === undefined || body === '' ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function readReport(file: string): Promise<CoverageReport> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const why = whyUnread(file, error);
    throw new GreenroomError('USAGE', `Failed to read ${file}: ${why}. Give what greenroom coverage --json writes.`);
  });
  let report: unknown;
  try {
    report = parseJsonFile(text);
  } catch (error) {
    report = error;
  }
  if (isObject(report) && Array.isArray(report['providers'])) return report as unknown as CoverageReport;
  const was = report instanceof Error ? report.message : 'something else';
  throw new GreenroomError(
    'USAGE',
    `Failed to read ${file}: expected what greenroom coverage --json writes, was ${was}.`,
  );
}
