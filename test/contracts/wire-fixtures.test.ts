import { describe, expect, test } from 'vitest';
import {
  attendeeContract,
  checkRequest,
  checkResponse,
  checkWebhook,
  cronofyContract,
  type Contract,
  type Operation,
} from '../../src/contracts/index.js';
import { Transcript } from '../../src/contracts/cronofy/agents.js';
import { mismatches } from '../../src/contracts/schemas/schema.js';
import { valueOf } from '../../src/contracts/wire.js';
import { readWireMessages } from '../../src/server/wire.js';

const contracts: readonly Contract[] = [cronofyContract, attendeeContract];
const textOf = (body: unknown): string => (body === null ? '' : JSON.stringify(body));

describe.each(contracts.map((contract) => [contract.title, contract] as const))(
  'Each message of the %s agrees with its contract',
  (_, contract) => {
    for (const message of readWireMessages(contract.provider)) {
      test(message.name, () => {
        const { source, date, operation: id, request, response, webhook, file, body, text } = message;
        expect([source, date]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/^\d{4}-\d\d-\d\d$/)]);
        if (webhook !== undefined) expect(checkWebhook(contract, webhook, text ?? textOf(body))).toEqual([]);
        if (file !== undefined) expect(mismatches(Transcript, body)).toEqual([]);
        if (id === undefined) return;
        const operation: Operation | undefined = contract.operations.find((known) => known.id === id);
        expect(checkResponse(operation!, response!.status, textOf(response!.body))).toEqual([]);
        if (response!.status < 400) expect(checkRequest(operation!, textOf(request!.body))).toEqual([]);
      });
    }
  },
);

test('every webhook that Cronofy shows has a fixture', () => {
  const shown = readWireMessages('cronofy').flatMap(({ webhook }) => webhook ?? []);
  expect(shown.toSorted()).toEqual(['meeting_agent_activated', 'meeting_agent_complete', 'meeting_agent_failed']);
});

test('the contract tells a message that is not the vendor’s apart', () => {
  const complete = readWireMessages('cronofy').find(({ name }) => name === 'callback-complete')!;
  const body = valueOf(complete) as { meeting_agent: { state: string } };
  const changed = JSON.stringify({ ...body, meeting_agent: { ...body.meeting_agent, state: 'recording' } });
  expect(checkWebhook(cronofyContract, 'meeting_agent_complete', changed)).toMatchObject([
    { rule: 'webhook-body', pointer: '/meeting_agent/state' },
  ]);
});
