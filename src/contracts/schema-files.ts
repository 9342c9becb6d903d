import type { TSchema } from '@sinclair/typebox';
import { spelledOut, toJsonSchema, type JsonSchema } from './schemas/json-schema.js';
import type { DescribedApi } from './openapi.js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** What the scenario files that come with greenroom name, in the folder above theirs. */
export const SCENARIO_SCHEMA = 'scenario.schema.json';

/** JSON Schemas of every request, answer and webhook, and of scenario files; each stands alone. By path. */
export function exportSchemas(apis: ReadonlyMap<string, DescribedApi>, scenario: TSchema): [string, JsonSchema][] {
  const files: [string, JsonSchema][] = [[SCENARIO_SCHEMA, standalone('A scenario file of greenroom', scenario)]];
  const add = (path: string, title: string, schema: TSchema | undefined): void => {
    if (schema) files.push([`${path}.schema.json`, standalone(title, schema)]);
  };
  for (const [name, { title, operations, webhooks, rules = { schemas: {} } }] of apis) {
    for (const { id, body, responses } of operations) {
      const whole = body && spelledOut(body, rules.schemas);
      add(`${name}/${id}.request`, `${title}: what ${id} takes`, whole);
      for (const [status, response] of Object.entries(responses))
        add(`${name}/${id}.${status}`, `${title}: ${status} of ${id}`, response.body);
    }
    for (const { type, body } of webhooks) add(`${name}/webhook.${type}`, `${title}: the webhook ${type}`, body);
  }
  return files;
}

const standalone = (title: string, schema: TSchema): JsonSchema => ({
  $schema: DIALECT,
  title,
  ...toJsonSchema(schema),
});
