import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createGreenroom } from '../../src/index.js';

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly anyOf: readonly Schema[];
  readonly const: string;
}

interface ControlDocument {
  readonly paths: Readonly<
    Record<
      string,
      { readonly post: { readonly requestBody: { readonly content: Readonly<Record<string, { schema: Schema }>> } } }
    >
  >;
}

async function readBodySchemas(...paths: readonly string[]): Promise<Schema[]> {
  await using room = await createGreenroom();
  const response = await room.fetch('/_greenroom/contracts/control.openapi.json');
  const document = (await response.json()) as ControlDocument;
  return paths.map(
    (path) => document.paths[`/_greenroom${path}`]!.post.requestBody.content['application/json']!.schema,
  );
}

test('docs/attendee.md tells of every setting and every backstage action of Attendee', async () => {
  const [workspace, backstage] = await readBodySchemas('/workspaces', '/backstage');
  const settings = Object.keys(workspace!.properties['attendee']!.properties);
  const kinds = backstage!.anyOf.map(({ properties }) => properties['kind']!.const);
  const pages = ['attendee', 'cronofy'].map((vendor) =>
    readFileSync(new URL(`../../docs/${vendor}.md`, import.meta.url), 'utf8'),
  );
  expect(settings.length).toBeGreaterThan(20);
  expect(settings.filter((name) => !pages[0]!.includes(`\`${name}\``))).toEqual([]);
  expect(kinds.filter((kind) => !pages.some((page) => page.includes(`\`${kind}`)))).toEqual([]);
});
