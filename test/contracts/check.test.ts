import { describe, expect, test } from 'vitest';
import { attendeeContract, check, cronofyContract, type Operation } from '../../src/contracts/index.js';

const exchange = (method: string, path: string, request: unknown, status: number, response: unknown) => ({
  method,
  path,
  request: { body: request === '' ? '' : JSON.stringify(request) },
  response: { status, body: response === '' ? '' : JSON.stringify(response) },
});
const agent = { sub: `agt_${'0'.repeat(24)}`, state: 'created', resources: [] };
const request = { join_url: 'https://zoom.us/j/1', on_behalf_of_attendee: { email: 'a@example.com' } };

describe('Checking an exchange against a contract', () => {
  test('one that agrees gives nothing', () => {
    expect(
      check(exchange('POST', '/v1/meeting_agents', request, 200, { meeting_agent: agent }), cronofyContract),
    ).toEqual([]);
    expect(check(exchange('DELETE', '/v1/meeting_agents', { scheduling_key: 'k' }, 202, ''), cronofyContract)).toEqual(
      [],
    );
  });

  test('an unknown operation is named', () => {
    expect(check(exchange('GET', '/v1/meeting_agents/x', '', 200, {}), cronofyContract)).toMatchObject([
      { rule: 'unknown-operation', was: 'GET /v1/meeting_agents/x' },
    ]);
  });

  test('a misspelt field is told with the one that was meant', () => {
    const misspelt = { ...request, subscription: [] };
    expect(
      check(exchange('POST', '/v1/meeting_agents', misspelt, 200, { meeting_agent: agent }), cronofyContract),
    ).toMatchObject([
      { rule: 'misspelt-field', severity: 'warning', pointer: '/subscription', nearest: 'subscriptions' },
    ]);
  });

  test('an answer outside the contract is told with its pointer', () => {
    const wrong = { meeting_agent: { ...agent, state: 'asleep' } };
    expect(check(exchange('POST', '/v1/meeting_agents', request, 200, wrong), cronofyContract)).toMatchObject([
      {
        rule: 'response-body',
        pointer: '/meeting_agent/state',
        expected: 'one of "created", "complete", "failed"',
        was: '"asleep"',
      },
    ]);
  });

  test('a status or a body that the contract does not have is told', () => {
    expect(check(exchange('DELETE', '/v1/meeting_agents', '', 418, ''), cronofyContract)).toMatchObject([
      { rule: 'undocumented-status', was: '418' },
    ]);
    expect(
      check(exchange('DELETE', '/v1/meeting_agents', { scheduling_key: 'k' }, 202, {}), cronofyContract),
    ).toMatchObject([{ rule: 'response-not-empty' }]);
  });

  test('what was expected is a shape in words, also where there are several', () => {
    const answered = (more: object) => {
      const { responses } = attendeeContract.operations.find(({ id }) => id === 'getBot')!;
      expect(responses[200]).toBeDefined();
      return check(exchange('GET', '/api/v1/bots/bot_1', '', 200, more), attendeeContract);
    };
    const said = Object.fromEntries(
      answered({ join_at: 5, events: 'x' }).map(({ pointer, expected }) => [pointer, expected]),
    );
    expect(said).toMatchObject({
      '/id': expect.stringMatching(/^string/),
      '/metadata': 'object or null',
      '/join_at': expect.stringMatching(/ or null$/),
      '/events': expect.stringMatching(/^array/),
    });
  });

  test('no words of a validator are shown, whatever is sent and answered', () => {
    const odd = [5, {}, [], 'x', [5], { a: 1 }];
    for (const contract of [cronofyContract, attendeeContract])
      for (const { method, path, responses, body } of contract.operations as readonly Operation[]) {
        const fields = Object.keys(body?.['properties'] ?? {});
        const requests = [...odd, ...odd.map((value) => Object.fromEntries(fields.map((name) => [name, value])))];
        for (const status of Object.keys(responses).map(Number))
          for (const request of requests)
            for (const { expected } of check(exchange(method, path, request, status, request), contract))
              expect(expected).not.toMatch(/union value|required property|^Expected|kind|undefined/);
      }
  });

  test('every operation and webhook carries evidence', () => {
    for (const contract of [cronofyContract, attendeeContract]) {
      for (const { evidence } of [...contract.operations, ...contract.webhooks]) {
        expect(evidence.length).toBeGreaterThan(0);
        for (const { basis, source } of evidence)
          expect([basis, source]).toEqual([
            expect.stringMatching(/^(documented|observed|assumed)$/),
            expect.any(String),
          ]);
      }
    }
  });
});
