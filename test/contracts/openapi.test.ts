import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { attendeeContract, cronofyContract, type Contract } from '../../src/contracts/index.js';
import { describeControl } from '../../src/contracts/control/operations.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { toOpenApi } from '../../src/contracts/openapi.js';
import { readWireMessages } from '../../src/server/wire.js';
import { attendee, MEET_URL, test as inRoom } from '../support/room.js';

interface Media {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
type Content = Readonly<Record<string, Media>>;
interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content; readonly 'x-evidence'?: unknown }>>;
  readonly 'x-evidence'?: readonly unknown[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly webhooks: Readonly<Record<string, { readonly post: Described }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const contracts: readonly Contract[] = [cronofyContract, attendeeContract];
const documentOf = (contract: Contract) =>
  toOpenApi(contract, readWireMessages(contract.provider)) as unknown as Document;
const mediaOf = ({ requestBody, responses }: Described): Media[] =>
  [requestBody?.content, ...Object.values(responses).map(({ content }) => content)].flatMap((content = {}) =>
    Object.values(content),
  );

describe.each(contracts.map((contract) => [contract.provider, contract] as const))(
  'The document of %s',
  (_, contract) => {
    const document = documentOf(contract);
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const webhooks = Object.values(document.webhooks).map(({ post }) => post);

    test('has every operation and every webhook of the contract, each with its evidence', () => {
      expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
        contract.operations.map(({ id }) => id).toSorted(),
      );
      expect(Object.keys(document.webhooks)).toEqual(contract.webhooks.map(({ type }) => type));
      for (const one of [...operations, ...webhooks]) expect(one['x-evidence']?.length).toBeGreaterThan(0);
      for (const { responses } of operations)
        for (const response of Object.values(responses)) expect(response['x-evidence']).toBeDefined();
    });

    test('shows only examples that a validator of others finds valid', () => {
      const ajv = new Ajv2020({ strict: false, logger: false });
      ajv.addSchema({ $id: 'https://greenroom.test/document', components: document.components });
      const absolute = (schema: object) =>
        JSON.parse(
          JSON.stringify(schema).replaceAll('"#/components', '"https://greenroom.test/document#/components'),
        ) as object;
      const shown = [...operations, ...webhooks].flatMap(mediaOf).flatMap(({ schema, examples = {} }) => {
        const validate = ajv.compile(absolute(schema));
        return Object.entries(examples).map(([name, { value }]) => [name, validate(value), validate.errors]);
      });
      expect(shown.filter(([, valid]) => valid !== true)).toEqual([]);
      expect(shown.length).toBeGreaterThan(12);
    });

    test('says of what may be null that it has two types, which generators of clients read', () => {
      const text = JSON.stringify(document);
      expect(text).not.toMatch(/"anyOf":\[{"type":"\w+"[^{}]*},{"type":"null"}\]/);
      expect(text).toContain('"type":["string","null"]');
    });

    test('offers no bare map as one of several, of which generators for Java make nothing that compiles', () => {
      expect(JSON.stringify(document)).not.toMatch(
        /"anyOf":\[({"\$ref":"[^"]*"},)*{"type":"object","additionalProperties"/,
      );
    });

    test('leaves out no message that the vendor has shown', () => {
      const shown = new Set(
        [...operations, ...webhooks].flatMap(mediaOf).flatMap(({ examples = {} }) => Object.keys(examples)),
      );
      const expected = readWireMessages(contract.provider).filter(
        ({ webhook, request, response }) => webhook !== undefined || request?.body != null || response?.body != null,
      );
      expect(expected.filter(({ name }) => !shown.has(name)).map(({ name }) => name)).toEqual([]);
    });

    test('says which credential each call wants, and what signs a webhook', () => {
      for (const { operationId, security } of operations) {
        const wanted = contract.operations.find(({ id }) => id === operationId)!.auth;
        expect([operationId, security.length]).toEqual([
          operationId,
          { none: 0, any_bearer: 2 }[wanted as string] ?? 1,
        ]);
      }
      for (const { parameters } of webhooks)
        expect(parameters).toMatchObject([{ name: contract.signature.header, in: 'header' }]);
    });

    test('refers to nothing that it lacks, and defines nothing that it does not use', () => {
      const used = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map(
        ([, name]) => name!,
      );
      expect([...new Set(used)].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
    });
  },
);

/** The places of shapes without a name that stand in one of several shapes: generators name those after the choice, and lose some. */
function namelessIn(schema: unknown, place: string, isChosen = false): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { anyOf = [], properties = {}, items } = schema as Readonly<Record<string, object[] | object>>;
  const inner = [...Object.entries(properties), ...(items ? [['items', items] as const] : [])];
  return [
    ...(isChosen && Object.keys(properties).length > 0 ? [place] : []),
    ...inner.flatMap(([key, value]) => namelessIn(value, `${place}/${key}`, isChosen)),
    ...(anyOf as object[]).flatMap((one) =>
      Object.entries((one as { properties?: object }).properties ?? {}).flatMap(([key, value]) =>
        namelessIn(value, `${place}/${key}`, true),
      ),
    ),
  ];
}

test('what stands in one of several shapes has a name, by which a generator writes its class', () => {
  const control = toOpenApi(describeControl('0', VENDOR_LIST), []) as unknown as Document;
  const documents = [...contracts.map(documentOf), control];
  const schemas = documents.flatMap(({ components }) => Object.entries(components.schemas));
  expect(schemas.flatMap(([name, schema]) => namelessIn(schema, name))).toEqual([]);
});

inRoom("what the document says of a bot's settings is what the server takes, and what it refuses", async ({ room }) => {
  const document = documentOf(attendeeContract);
  const ajv = new Ajv2020({ strict: false, logger: false });
  ajv.addSchema({ $id: 'document', components: document.components });
  const validate = ajv.compile({ $ref: 'document#/components/schemas/CreateBotRequest' });
  const settings: readonly (readonly [object, boolean])[] = [
    [{ recording_settings: { format: 'mp3', resolution: '720p' } }, true],
    [{ recording_settings: { resolution: '4k' } }, false],
    [{ transcription_settings: { deepgram: { language: 'en', keywords: ['lobby'] } } }, true],
    [{ transcription_settings: { deepgram: { langauge: 'en' } } }, false],
    [{ automatic_leave_settings: { silence_timeout_seconds: 90, bot_keywords: ['bot'] } }, true],
    [{ automatic_leave_settings: { silence_timeout: 90 } }, false],
    [{ automatic_leave_settings: { waiting_room_timeout_seconds: '90' } }, false],
    [{ google_meet_settings: { use_login: false } }, true],
    [{ google_meet_settings: { use_login: 'no' } }, false],
    [{ websocket_settings: { audio: { url: 'wss://example.com', sample_rate: 16_000 } } }, true],
    [{ websocket_settings: { audio: { sample_rate: 16_000 } } }, false],
    [{ bot_chat_message: { to: 'everyone', message: 'Hello' } }, true],
    [{ bot_chat_message: { to: 'everyone' } }, false],
    [{ external_media_storage_settings: {} }, false],
  ];
  for (const [given, isFine] of settings) {
    const body = { meeting_url: MEET_URL, bot_name: 'Notes', ...given };
    const { status } = await attendee(room, 'POST', '/api/v1/bots', body);
    expect([given, validate(body), status < 400]).toEqual([given, isFine, isFine]);
  }
});

inRoom('every timer that the document lets a bot have is one that the server knows', async ({ room }) => {
  const schemas = documentOf(attendeeContract).components.schemas as Readonly<
    Record<string, { readonly properties: Readonly<Record<string, { readonly type: unknown }>> }>
  >;
  const fields = Object.entries(schemas['AutomaticLeaveSettings']!.properties);
  const leave = Object.fromEntries(fields.map(([name, { type }]) => [name, type === 'integer' ? 90 : ['bot']]));
  expect(Object.keys(leave)).toHaveLength(9);
  const body = { meeting_url: MEET_URL, bot_name: 'Notes', automatic_leave_settings: leave };
  expect((await attendee(room, 'POST', '/api/v1/bots', body)).status).toBe(201);
});

test('every webhook of Attendee and every state of a bot has a recorded message', () => {
  const messages = readWireMessages('attendee');
  expect(attendeeContract.webhooks.filter(({ type }) => !messages.some(({ webhook }) => webhook === type))).toEqual([]);
  const states = messages.flatMap(({ text = '' }) => /"new_state": "(\w+)"/.exec(text)?.[1] ?? []);
  const told = ['connected', 'connecting', 'data_deleted', 'disconnecting', 'ended', 'fatal_error'];
  expect([...new Set(states)]).toEqual(expect.arrayContaining([...told, 'waiting_room', 'joined_recording', 'staged']));
});

test('The document of the control plane lists words without null, which generators of clients cannot write', () => {
  const control = JSON.stringify(toOpenApi(describeControl('0', VENDOR_LIST), []));
  expect(control).not.toMatch(/"enum":\[[^\]]*null\]/);
  expect(control).toMatch(/"anyOf":\[{"type":"string","enum":\[[^\]]*\]},{"type":"null"}\]/);
});

test('The document of the control plane says of what it refuses 403 or "default", and of no range of statuses, which generators write as a number', () => {
  const { paths } = toOpenApi(describeControl('0', VENDOR_LIST), []) as unknown as { readonly paths: object };
  const statuses = Object.values(paths).flatMap((path: object) =>
    Object.values(path).flatMap(({ responses }: { readonly responses: object }) => Object.keys(responses)),
  );
  expect([...new Set(statuses)].filter((status) => !/^(default|\d{3})$/.test(status))).toEqual([]);
  expect(statuses).toEqual(expect.arrayContaining(['403', 'default']));
});
