import type { ProfileDraft, ProviderDraft } from '../../src/vendor.js';
import { notetaker, profile as notes } from './notetaker.js';
import { json } from '../../src/vendor.js';

/** The halves of a small vendor as a user writes them, each without mistakes. */

const { versions: _versions, ...facts } = notes as typeof notes & { readonly versions?: undefined };

export const profile = {
  ...facts,
  credentials: { token: 'note_' },
  unknownId: 'note_00000000',
} satisfies ProfileDraft;

export const provider = {
  owns: notetaker.owns,
  createState: () => ({ notes: {} }),
  meetingEvents: {},
  findSubject: () => undefined,
  credentialOf: ({ headers }) => headers['authorization'],
  jobs: {},
  handlers: { makeNote: () => json(201, { id: 'note_1' }) },
  backstage: { shut_note: () => ({}) },
  webhookFormat: notetaker.webhookFormat,
} satisfies ProviderDraft;
