import { Type, type TProperties } from '@sinclair/typebox';
import { Whole } from './fields.js';
import { VendorFactsList } from './recording.js';
import { ok, operation } from './operation.js';
import type { ControlSchemas } from './schemas.js';

const page = (description: string, more: { readonly isAlsoText?: true } = {}) =>
  [200, { description, body: Type.String(), contentType: 'text/html; charset=utf-8', ...more }] as const;

/** Looking instead of reading. `subject` is the parameter that names an agent. */
export const inspectorOperations = (schemas: ControlSchemas, subject: TProperties) => [
  operation('inspect', 'GET /', {
    summary: 'The inspector as a page that follows this server; without Accept: text/html, a few lines about it',
    ok: page('The page; it holds no data, and wants no token', { isAlsoText: true }),
  }),
  operation('readTimelineFile', 'GET /timeline.html', {
    summary: 'The inspector as a file that needs no server, with all that happened in it',
    query: Type.Object({ title: Type.Optional(Type.String({ description: 'Stands above the lanes' })) }),
    ok: page('The file'),
  }),
  operation('readRecording', 'GET /recording', {
    summary: 'All that such a file shows: the timeline, calls, webhooks, agents and faults',
    query: Type.Object({ after: Whole }),
    ok: ok('The recording', schemas.Recording),
  }),
  operation('readMaking', 'GET /making', {
    summary: 'What the world was made with, and everything that came into it since',
    ok: ok('The options and the steps', schemas.Recording.properties.made),
  }),
  operation('listVendors', 'GET /vendors', {
    summary: 'The vendors that are served: their words, states, calls and webhooks',
    ok: ok('The vendors', VendorFactsList),
  }),
  operation('listAgents', 'GET /agents', {
    summary: 'The agents that the timeline tells of, and their states',
    query: Type.Object({
      ids: Type.Optional(Type.String({ description: 'These alone, with commas between them' })),
      ...subject,
    }),
    ok: ok('The agents', schemas.AgentList),
  }),
];
