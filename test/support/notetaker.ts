import { Type } from '@sinclair/typebox';
import { action } from '../../src/contracts/control/backstage.js';
import type { VendorProfile } from '../../src/contracts/vendor.js';
import { VENDORS } from '../../src/contracts/vendors.js';
import { Collection } from '../../src/server/engine/records.js';
import { assembleVendor } from '../../src/server/providers/assemble.js';
import { PROVIDERS } from '../../src/server/providers/registry.js';

/** A small vendor of a user's own: it takes notes, each under a key of its client's. */

interface Note {
  readonly id: string;
  readonly external_id: string;
  state: 'open' | 'shut';
}

const evidence = { basis: 'documented', source: 'the manual of the notetaker' } as const;
const NoteBody = Type.Object({ external_id: Type.String() });

const { versions: _, ...COMMON } = VENDORS.cronofy;

export const profile = {
  ...COMMON,
  name: 'notetaker',
  title: 'Notetaker',
  agent: 'note',
  contract: {
    provider: 'notetaker',
    title: 'Notetaker API',
    version: '1',
    servers: ['https://api.notetaker.test'],
    operations: [
      {
        id: 'makeNote',
        method: 'POST',
        path: '/notes',
        summary: 'Make a note',
        auth: 'token',
        body: NoteBody,
        responses: { 201: { description: 'It is made', body: Type.Object({ id: Type.String() }), evidence } },
        evidence: [evidence],
      },
    ],
    webhooks: [
      { type: 'note.shut', summary: 'A note is shut', body: NoteBody, states: ['shut'], evidence: [evidence] },
    ],
    lifecycle: { states: ['open', 'shut'], events: { shut: { from: ['open'], to: 'shut' } }, subTypes: {} },
    signature: { header: 'Notetaker-Signature', summary: 'A signature', evidence },
    shapes: {},
  },
  access: { ...VENDORS.cronofy.access, schema: Type.Object({ token: Type.String() }) },
  settings: Type.Object(
    { token: Type.Optional(Type.String()), plan: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
  subjectKeys: ['external_id'],
  scenario: { schema: Type.Object({}), unsupported: [], reports: () => false },
  backstage: {
    actions: { shut_note: action('shut_note', { note: Type.String() }) },
    event: { kind: 'shut_note', reason: 'reason' },
  },
} as const satisfies VendorProfile;

interface Tables extends Record<string, unknown> {
  readonly notes: Collection<Note>;
}

export const notetaker = assembleVendor({
  profile,
  provider: {
    ...PROVIDERS[0]!,
    jobs: {},
    createState: (): Tables => ({ notes: new Collection<Note>(({ id }) => id) }),
    tables: () =>
      Type.Object({
        notes: Type.Array(Type.Object({ id: Type.String(), external_id: Type.String(), state: Type.String() })),
      }),
    owns: (path) => path.startsWith('/notes'),
    credentialOf: ({ headers }) => headers['authorization']?.replace('Token ', ''),
    issuedHere: () => false,
    issuedCredentials: () => [],
    handlers: {
      makeNote: ({ world, request }) => {
        const { notes } = world.slice<Tables>('notetaker');
        const { external_id } = JSON.parse(request.body) as Note;
        const { id } = notes.add({ id: `note_${notes.size + 1}`, external_id, state: 'open' });
        const body = JSON.stringify({ id });
        return { status: 201, headers: { 'Content-Type': 'application/json' }, body };
      },
    },
    settings: {
      resolve: (given) => given,
      generate: (number) => ({ token: `note-token-${number}` }),
      credentials: (settings) => [(settings as { token: string }).token],
    },
    backstage: {
      shut_note: (world, { note }) => {
        const found = world.slice<Tables>('notetaker').notes.get(String(note));
        if (!found || found.state === 'shut') return { refused: 'The note is not open' };
        found.state = 'shut';
        world.log({
          kind: 'transition',
          subject: found.id,
          provider: 'notetaker',
          event: 'shut',
          from: 'open',
          to: 'shut',
        });
        return { subject: found.id };
      },
    },
    findSubject: (world, reference) => {
      const { notes } = world.slice<Tables>('notetaker');
      return typeof reference === 'string'
        ? notes.get(reference)
        : notes.find(({ external_id }) => external_id === reference['external_id']);
    },
  },
});
