import type { TSchema } from '@sinclair/typebox';
import type { Evidence, Signature } from './contract.js';
import {
  defineShape,
  nameShapes,
  spelledOut,
  toJsonSchema,
  type Insides,
  type JsonSchema,
  type ShapeNames,
} from './schemas/json-schema.js';
import { matches } from './schemas/schema.js';
import { valueOf, type WireMessage } from './wire.js';

export interface DescribedResponse {
  readonly description: string;
  readonly body?: TSchema;
  readonly bodyIsOptional?: boolean;
  readonly contentType?: string;
  /** Its answer is a text for people to whoever asks for plain text. */
  readonly isAlsoText?: boolean;
  readonly evidence?: Evidence;
}

export interface DescribedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly auth: keyof typeof SECURITY;
  readonly body?: TSchema;
  readonly query?: TSchema;
  readonly responses: Readonly<Record<number, DescribedResponse>>;
  readonly evidence?: readonly Evidence[];
}

/** What a document can be made of: the contract of a vendor, or the control plane's. */
export interface DescribedApi {
  readonly title: string;
  readonly version: string;
  readonly servers: readonly string[];
  readonly operations: readonly DescribedOperation[];
  readonly webhooks: readonly {
    readonly type: string;
    readonly summary: string;
    readonly body: TSchema;
    readonly evidence: readonly Evidence[];
  }[];
  readonly signature?: Signature;
  readonly shapes: Readonly<Record<string, unknown>>;
  readonly rules?: { readonly schemas: Insides };
  /** Headers that every operation takes. */
  readonly headers?: Readonly<Record<string, TSchema>>;
  /** What every refusal looks like, where one shape serves all. */
  readonly refusal?: DescribedResponse;
}

/** Which schemes an operation takes, any one of them. */
const SECURITY = {
  api_key: ['apiKey'],
  access_token: ['accessToken'],
  any_bearer: ['apiKey', 'accessToken'],
  token: ['projectKey'],
  control: ['controlToken'],
  none: [],
} as const;

const SCHEMES = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'The API key, which is the client secret' },
  accessToken: { type: 'http', scheme: 'bearer', description: "A user's OAuth 2.0 access token" },
  projectKey: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'The word "Token", a space and the API key of the project',
  },
  controlToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The --control-token, if the server was given one; on this machine none is needed',
  },
} as const;

/** A contract as OpenAPI 3.1, with webhooks, and with the messages among these that fit it as examples. */
export function toOpenApi(api: DescribedApi, messages: readonly WireMessage[] = []): Record<string, unknown> {
  const insides = insidesOf(api);
  const names = nameShapes(shapesOf(api, insides));
  const writer: Writer = { api, names, insides, messages };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of api.operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = renderOperation(writer, operation);
  }
  const tags = [...new Set(api.operations.map(tagOf))].map((name) => ({ name, description: `The ${name} calls` }));
  const webhooks = Object.fromEntries(api.webhooks.map((webhook) => [webhook.type, renderWebhook(writer, webhook)]));
  const document = {
    openapi: '3.1.0',
    info: {
      title: api.title,
      version: api.version,
      summary: 'As greenroom knows it',
      description:
        'Written from the contract that greenroom serves and checks. `x-evidence` says how each claim is known: documented, observed or assumed.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: api.servers.map((url) => ({ url })),
    tags,
    paths,
    ...(api.webhooks.length === 0 ? {} : { webhooks }),
  };
  return { ...document, components: componentsFor(writer, document) };
}

/** The shapes of an API, whole, and what is inside of its settings. */
function shapesOf({ shapes }: DescribedApi, insides: Insides): Record<string, unknown> {
  const whole = Object.entries(shapes).map(([name, shape]) => [name, spelledOut(shape, insides)]);
  const named = Object.entries(insides).map(([name, inside]) => [
    name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    inside,
  ]);
  return Object.fromEntries([...whole, ...named]) as Record<string, unknown>;
}

/** Without that a list has nothing twice: of a set of words a generator for Java makes what does not compile. */
const insidesOf = ({ rules }: DescribedApi): Insides =>
  JSON.parse(
    JSON.stringify(rules?.schemas ?? {}, (key, value: unknown) => (key === 'uniqueItems' ? undefined : value)),
  ) as Insides;

interface Writer {
  readonly api: DescribedApi;
  readonly names: ShapeNames;
  /** What is inside of settings objects. */
  readonly insides: Insides;
  readonly messages: readonly WireMessage[];
}

/** The named shapes that the document refers to, and those that these refer to; nothing unused. */
function componentsFor({ api, names }: Writer, document: object): Record<string, unknown> {
  const schemas: Record<string, JsonSchema> = {};
  const texts = new Map([...names].map(([text, name]) => [name, text]));
  const collect = (part: object): void => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([\w.-]+)"/g)) {
      if (name === undefined || name in schemas) continue;
      collect((schemas[name] = defineShape(texts.get(name)!, names)));
    }
  };
  collect(document);
  const used = new Set<keyof typeof SCHEMES>(api.operations.flatMap(({ auth }) => SECURITY[auth]));
  return {
    schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    securitySchemes: Object.fromEntries(Object.entries(SCHEMES).filter(([name]) => used.has(name as never))),
  };
}

/** `/api/v1/bots/{id}` is about bots. */
const tagOf = ({ path }: DescribedOperation): string =>
  path.split('/').find((part) => part !== '' && !['api', 'v1', '_greenroom'].includes(part)) ?? 'root';

function renderOperation(writer: Writer, operation: DescribedOperation): Record<string, unknown> {
  const { id, summary, auth, body, responses, evidence = [] } = operation;
  const { api, names, insides } = writer;
  const parameters = [...pathParameters(operation), ...queryParameters(operation, names), ...headerParameters(api)];
  const schemes = SECURITY[auth].map((scheme) => ({ [scheme]: [] }));
  const answers = Object.entries(responses).map(([status, response]) => [
    status,
    renderResponse(writer, response, examplesOf(writer, operation, Number(status))),
  ]);
  // Any call may be refused for its host, and for more besides; a range of statuses is more than generators of clients can write.
  const refused = api.refusal && renderResponse(writer, api.refusal, {});
  const refusal = refused ? { '403': refused, default: refused } : {};
  return {
    operationId: id,
    summary,
    tags: [tagOf(operation)],
    security: auth === 'control' ? [{}, ...schemes] : schemes,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: renderBody(spelledOut(body, insides), names, requestExamples(writer, operation)) } : {}),
    responses: { ...Object.fromEntries(answers), ...refusal },
    ...(evidence.length === 0 ? {} : { 'x-evidence': evidence }),
  };
}

const pathParameters = ({ path }: DescribedOperation): object[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ query }: DescribedOperation, names: ShapeNames): object[] {
  if (!query) return [];
  const required: readonly unknown[] = Array.isArray(query['required']) ? query['required'] : [];
  return Object.entries(query['properties'] as Record<string, TSchema>).map(([name, schema]) => ({
    name,
    in: 'query',
    ...(required.includes(name) ? { required: true } : {}),
    schema: toJsonSchema(schema, names),
  }));
}

const headerParameters = ({ headers = {} }: DescribedApi): object[] =>
  Object.entries(headers).map(([name, schema]) => ({ name, in: 'header', schema }));

type Examples = Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;

function renderBody(body: TSchema, names: ShapeNames, examples: Examples): object {
  const content = { 'application/json': { schema: toJsonSchema(body, names), ...withExamples(examples) } };
  return { required: wantsFields(body), content };
}

/** True if nothing at all would not do. */
function wantsFields(schema: TSchema): boolean {
  const { anyOf, required } = schema as { anyOf?: readonly TSchema[]; required?: readonly string[] };
  return anyOf ? anyOf.every(wantsFields) : (required ?? []).length > 0;
}

const withExamples = (examples: Examples): object => (Object.keys(examples).length === 0 ? {} : { examples });

function renderResponse({ names }: Writer, response: DescribedResponse, examples: Examples): object {
  const { description, body, bodyIsOptional = false, contentType = 'application/json', evidence } = response;
  const type = contentType.split(';', 1)[0]!;
  const content = body && {
    [type]: { schema: toJsonSchema(body, names), ...withExamples(examples) },
    ...(response.isAlsoText ? { 'text/plain': { schema: { type: 'string' } } } : {}),
  };
  return {
    description,
    // OpenAPI cannot say that a body may be missing, and clients that are generated would fail without one.
    ...(content ? { [bodyIsOptional ? 'x-optional-content' : 'content']: content } : {}),
    ...(evidence ? { 'x-evidence': evidence } : {}),
  };
}

/** The bodies that were accepted; one that was refused shows nobody how to call. */
const requestExamples = ({ messages }: Writer, { id, body }: DescribedOperation): Examples =>
  named(
    messages.filter(
      ({ operation, request, response }) =>
        operation === id && request?.body != null && (response?.status ?? 200) < 400 && matches(body!, request.body),
    ),
    ({ request }) => request!.body,
  );

const examplesOf = ({ messages }: Writer, { id, responses }: DescribedOperation, status: number): Examples =>
  named(
    messages.filter(({ operation, response }) => {
      const schema = responses[status]?.body;
      return operation === id && response?.status === status && schema !== undefined && matches(schema, response.body);
    }),
    ({ response }) => response!.body,
  );

const named = (messages: readonly WireMessage[], value: (message: WireMessage) => unknown): Examples =>
  Object.fromEntries(
    messages.map((message) => [
      message.name,
      { summary: `${message.basis}: ${message.source}`, value: value(message) },
    ]),
  );

function renderWebhook({ api, names, messages }: Writer, webhook: DescribedApi['webhooks'][number]): object {
  const { type, summary, body, evidence } = webhook;
  const shown = messages.filter((message) => message.webhook === type && matches(body, valueOf(message)));
  const { signature } = api;
  return {
    post: {
      operationId: `on ${type}`.replace(/[ ._]+(\w)/g, (_, letter: string) => letter.toUpperCase()),
      summary,
      tags: [],
      security: [],
      ...(signature
        ? {
            parameters: [
              {
                name: signature.header,
                in: 'header',
                required: true,
                description: signature.summary,
                schema: { type: 'string' },
              },
            ],
          }
        : {}),
      requestBody: renderBody(body, names, named(shown, valueOf)),
      responses: { '2XX': { description: 'Received; anything else, and the vendor tries again' } },
      'x-evidence': evidence,
    },
  };
}
