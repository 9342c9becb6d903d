import { describe, expect, test as base } from 'vitest';
import { Type } from '@sinclair/typebox';
import type { Contract, Operation } from '../../src/contracts/contract.js';
import { versionSettings } from '../../src/contracts/versions/settings.js';
import { Versions } from '../../src/contracts/versions/versions.js';
import { createGreenroom, type Greenroom, type WorkspaceOptions } from '../../src/index.js';
import { controlSchemas } from '../../src/contracts/control/schemas.js';
import { mismatches } from '../../src/contracts/schemas/schema.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { assembleVendor } from '../../src/server/providers/assemble.js';
import { defineJobs, defineVendor, json, type NoArgs } from '../../src/vendor.js';
import { notetaker, profile } from '../support/notetaker.js';

const test = base.extend<{ readonly room: Greenroom }>({
  room: async ({}, use) => {
    await using room = await createGreenroom({ vendors: [notetaker] });
    await use(room);
  },
});

async function control(room: Greenroom, method: string, path: string, body?: object) {
  const response = await room.fetch(`/_greenroom${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

const makeNote = async (room: Greenroom, external_id: string): Promise<string> => {
  const response = await room.fetch('/notes', {
    method: 'POST',
    headers: { authorization: `Token ${room.vendor('notetaker')['token']}` },
    body: JSON.stringify({ external_id }),
  });
  return ((await response.json()) as { id: string }).id;
};

describe("A vendor of a user's own", () => {
  test('has its credentials in the handle, by call and under its name', async ({ room }) => {
    const own = { base_url: room.url, token: 'note-token-0' };
    expect(room.vendor('notetaker')).toEqual(own);
    expect(room).toMatchObject({ notetaker: own, cronofy: room.vendor('cronofy') });
    await using other = await room.workspace();
    expect(other.vendor('notetaker')).toEqual({ ...own, token: 'note-token-1' });
    expect(() => room.vendor('notetakr')).toThrow(
      'Failed to find the vendor: expected one of cronofy, attendee, notetaker, was "notetakr". Did you mean "notetaker"?',
    );
  });

  test('has its settings in workspaces, and only those that it knows', async ({ room }) => {
    const options = { notetaker: { token: 'mine', plan: 'large' } } as WorkspaceOptions;
    await using other = await room.workspace(options);
    expect(other.vendor('notetaker')['token']).toBe('mine');
    await other.patch({ notetaker: { plan: 'small' } } as WorkspaceOptions);
    await using greenroom = await createGreenroom({ vendors: [notetaker], ...options });
    expect(greenroom.vendor('notetaker')['token']).toBe('mine');
    await expect(room.workspace({ notetaker: { paln: 'x' } } as WorkspaceOptions)).rejects.toMatchObject({
      code: 'INVALID_BODY',
      details: { pointer: '/notetaker/paln', nearest: 'plan' },
    });
    await expect(createGreenroom({ notetaker: {} } as WorkspaceOptions)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('has its words in filters, faults, casting rules and references', async ({ room }) => {
    const id = await makeNote(room, 'weekly');
    await room.backstage({ kind: 'shut_note', note: id });
    expect((await control(room, 'GET', '/requests?provider=notetaker')).json.requests).toHaveLength(1);
    expect((await control(room, 'GET', '/timeline?subject=external_id:weekly')).json.entries).toMatchObject([
      { kind: 'backstage' },
      { kind: 'transition', provider: 'notetaker', subject: id },
    ]);
    const until = { subject: { external_id: 'weekly' }, state: 'shut' };
    expect((await control(room, 'POST', '/clock/advance', { until })).json.ran).toEqual([]);
    const match = { provider: 'notetaker' };
    for (const rule of [
      { on: 'request', match: { ...match, operation: 'makeNote' }, do: { status: 503 } },
      { on: 'delivery', match: { ...match, type: 'note.shut', state: 'shut' }, do: { drop: true } },
    ])
      expect((await control(room, 'POST', '/faults', rule)).status).toBe(201);
    expect((await control(room, 'POST', '/casting', { scenario: 'manual', match })).status).toBe(201);
  });

  test('has its tables in a snapshot that can be put back', async ({ room }) => {
    await makeNote(room, 'weekly');
    const snapshot = await room.snapshot();
    await room.reset();
    expect((await room.snapshot())['slices']).toMatchObject({ notetaker: { notes: [] } });
    await room.restore(snapshot);
    expect(await room.snapshot()).toEqual(snapshot);
    expect(snapshot['slices']).toMatchObject({ notetaker: { notes: [{ external_id: 'weekly' }] } });
  });

  test('is in the documents of the server, and in no document of another server', async ({ room }) => {
    const { json: own } = await control(room, 'GET', '/contracts/notetaker.openapi.json');
    expect(Object.keys(own.paths)).toEqual(['/notes']);
    const { json: described } = await control(room, 'GET', '/contracts/control.openapi.json');
    const { summary } = described.paths['/_greenroom/contracts/{document}'].get;
    expect(summary).toBe('cronofy.openapi.json, attendee.openapi.json, notetaker.openapi.json or control.openapi.json');
    await using other = await createGreenroom();
    expect((await control(other, 'GET', '/contracts/notetaker.openapi.json')).status).toBe(404);
    expect((await control(other, 'GET', '/timeline?subject=external_id:weekly')).json.entries).toEqual([]);
  });

  test('is described as it answers', async ({ room }) => {
    const { Workspace, SubjectReference } = controlSchemas([...VENDOR_LIST, profile]);
    expect(mismatches(Workspace, (await control(room, 'GET', '/workspaces/default')).json)).toEqual([]);
    expect(mismatches(SubjectReference, { external_ID: 'weekly' })[0]?.expected).toBe(
      'a vendor id, {"scheduling_key": …}, {"event_id": …}, {"deduplication_key": …} or {"external_id": …}',
    );
  });
});

/** The notetaker in three versions: the first makes no notes yet, and the third lists them. */
function versionedNotetaker() {
  const [makeNote] = profile.contract.operations;
  const { evidence } = makeNote.responses[201];
  const listNotes: Operation = {
    id: 'listNotes',
    method: 'GET',
    path: '/notes',
    summary: 'All notes',
    auth: 'token',
    responses: { 200: { description: 'The notes', body: Type.Object({ notes: Type.Integer() }), evidence } },
    evidence: [evidence],
  };
  const known = ['1', '2', '3'].map((version) => ({ version, day: '2026-01-01', evidence }));
  const change = { certainty: 'exact', evidence } as const;
  const versions = new Versions<Contract>({
    contract: { ...profile.contract, version: '2' },
    base: '2',
    known,
    changes: [
      {
        ...change,
        id: 'notes',
        until: '2',
        says: 'Notes can be made.',
        changes: [{ kind: 'endpoint', lacks: 'makeNote' }],
      },
      {
        ...change,
        id: 'list',
        since: '3',
        says: 'Notes can be read.',
        changes: [{ kind: 'endpoint', operation: listNotes }],
      },
    ],
  });
  const settings = Type.Object({ ...profile.settings.properties, ...versionSettings(versions) });
  return assembleVendor({
    profile: { ...profile, contract: versions.at('2'), versions, settings },
    provider: {
      ...notetaker,
      handlers: {
        ...notetaker.handlers,
        listNotes: () => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"notes":0}' }),
      },
      settings: {
        ...notetaker.settings,
        resolve: (given) => ({ ...given, contract: versions.at(String(given['version'])) }),
      },
    },
  });
}

test('A version of a vendor can lack a call, or have one more, in what it serves, its words and its document', async () => {
  await using room = await createGreenroom({ vendors: [versionedNotetaker()] });
  const seen: unknown[] = [];
  for (const version of ['1', '2', '3']) {
    await room.patch({ notetaker: { version } } as WorkspaceOptions);
    const headers = { authorization: `Token ${room.vendor('notetaker')['token']}` };
    const made = await room.fetch('/notes', { method: 'POST', headers, body: '{"external_id":"a"}' });
    const read = await room.fetch('/notes', { headers });
    const rule = { on: 'request', match: { operation: 'listNotes' }, do: { status: 503 }, after: 9 };
    const fault = await control(room, 'POST', '/faults', rule);
    const { json } = await control(room, 'GET', '/contracts/notetaker.openapi.json');
    seen.push([made.status, read.status, fault.status, Object.keys(json.paths['/notes'] ?? {}), fault.json.detail]);
  }
  const refusal = (version: string) =>
    expect.stringMatching(
      new RegExp(`was "listNotes"\\. Notetaker has it from 3 on; the workspace has ${version}\\.$`),
    );
  expect(seen).toEqual([
    [404, 404, 422, [], refusal('1')],
    [201, 405, 422, ['post'], refusal('2')],
    [201, 200, 201, ['post', 'get'], undefined],
  ]);
});

test.for(['clock', 'scenario', 'control'])('no vendor can be called "%s", which means something else', (name) => {
  const contract = { ...profile.contract, provider: name };
  expect(() => assembleVendor({ profile: { ...profile, name, contract }, provider: notetaker })).toThrow(
    `Failed to define the vendor "${name}": at profile.name, expected a word that stands for nothing else`,
  );
});

describe("The code of a vendor of a user's own", () => {
  const alarms = defineJobs<{ ring: NoArgs; snooze: { times: number } }>('alarm', {
    snooze: Type.Object({ times: Type.Number() }),
  });
  const { versions: _versions, ...facts } = profile as typeof profile & { readonly versions?: undefined };
  const failing = defineVendor({
    profile: { ...facts, credentials: { token: 'note_' }, unknownId: 'note_00000000' },
    provider: {
      owns: notetaker.owns,
      createState: () => ({ notes: {} }),
      meetingEvents: {},
      findSubject: () => undefined,
      credentialOf: ({ headers }) => headers['authorization'],
      webhookFormat: notetaker.webhookFormat,
      jobs: alarms.define({
        ring: {
          label: 'the bell rings',
          run: () => {
            throw new Error('there is no bell');
          },
        },
        snooze: { label: ({ times }) => `snoozes for time ${times}`, run: () => undefined },
      }),
      handlers: {
        makeNote: ({ world, request }) => {
          const { external_id } = JSON.parse(request.body) as { readonly external_id: string };
          if (external_id === 'late') throw new TypeError('notes is not iterable');
          alarms.plan(world, 'snooze', { due: world.now() + 1, subject: 'note_1', args: { times: 3 } });
          alarms.plan(world, 'ring', { due: world.now() + 1_000_000, subject: 'note_1' });
          return json(201, { id: 'note_1' });
        },
      },
      backstage: {
        shut_note: () => {
          throw new Error('the lid is gone');
        },
      },
    },
  });

  test('tells where it failed, and greenroom does not take it for its own', async () => {
    await using room = await createGreenroom({ vendors: [failing] });
    const post = (external_id: string): Promise<Response> =>
      room.fetch('/notes', {
        method: 'POST',
        headers: { authorization: String(room.vendor('notetaker')['token']) },
        body: JSON.stringify({ external_id }),
      });
    const refused = await post('late');
    expect([refused.status, await refused.text()]).toEqual([
      500,
      'The code of the vendor "notetaker" failed in handlers.makeNote: notes is not iterable',
    ]);
    expect((await post('soon')).status).toBe(201);
    const snapshot = await room.snapshot();
    await room.restore(snapshot);
    expect(await room.clock.pending()).toMatchObject([{ label: 'snoozes for time 3' }, { label: 'the bell rings' }]);
    const message = 'The code of the vendor "notetaker" failed in jobs.alarm.ring.run: there is no bell';
    await expect(room.clock.advance({ by: '1m' })).rejects.toMatchObject({ code: 'INTERNAL', message });
    const { entries } = await room.timeline({ kind: 'note', subject: 'note_1' });
    expect(entries).toMatchObject([{ topic: 'failed', text: message }]);
    const act = { kind: 'shut_note', note: 'note_1' } as unknown as Parameters<Greenroom['backstage']>[0];
    await expect(room.backstage(act)).rejects.toMatchObject({
      message: 'The code of the vendor "notetaker" failed in backstage.shut_note: the lid is gone',
    });
  });
});
