import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  checkRequest,
  checkResponse,
  checkWebhook,
  cronofyContract,
  type Operation,
} from '../../src/contracts/index.js';
import { Transcript } from '../../src/contracts/cronofy/agents.js';
import { mismatches } from '../../src/contracts/schema.js';

/** A documented message with its source. */
interface WireFixture {
  readonly source: string;
  readonly date: string;
  readonly basis: 'documented' | 'observed' | 'assumed';
  readonly operation?: string;
  readonly request?: { readonly body: unknown };
  readonly response?: { readonly status: number; readonly body: unknown };
  readonly webhook?: string;
  readonly file?: 'transcript';
  readonly body?: unknown;
}

const FOLDER = new URL('../../fixtures/wire/cronofy/', import.meta.url);
const names = readdirSync(FOLDER).toSorted();
const read = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as WireFixture;
const textOf = (body: unknown): string => (body === null ? '' : JSON.stringify(body));

describe('Each message that the vendor shows agrees with the contract', () => {
  for (const name of names) {
    test(name.replace('.json', ''), () => {
      const { source, date, operation: id, request, response, webhook, file, body } = read(name);
      expect([source, date]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/^\d{4}-\d\d-\d\d$/)]);
      if (webhook !== undefined) expect(checkWebhook(cronofyContract, webhook, textOf(body))).toEqual([]);
      if (file !== undefined) expect(mismatches(Transcript, body)).toEqual([]);
      if (id === undefined) return;
      const operation: Operation | undefined = cronofyContract.operations.find((known) => known.id === id);
      expect(checkResponse(operation!, response!.status, textOf(response!.body))).toEqual([]);
      if (response!.status < 400) expect(checkRequest(operation!, textOf(request!.body))).toEqual([]);
    });
  }
});

test('every webhook that the vendor shows has a fixture', () => {
  const shown = names.map((name) => read(name).webhook).filter((type) => type !== undefined);
  expect(shown.toSorted()).toEqual(['meeting_agent_activated', 'meeting_agent_complete', 'meeting_agent_failed']);
});

test('the contract tells a message that is not the vendor’s apart', () => {
  const { body } = read('callback-complete.json') as { body: { meeting_agent: { state: string } } };
  const changed = JSON.stringify({ ...body, meeting_agent: { ...body.meeting_agent, state: 'recording' } });
  expect(checkWebhook(cronofyContract, 'meeting_agent_complete', changed)).toMatchObject([
    { rule: 'webhook-body', pointer: '/meeting_agent/state' },
  ]);
});
