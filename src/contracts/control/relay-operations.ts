import { Type } from '@sinclair/typebox';
import { Whole } from './fields.js';
import { done, operation } from './operation.js';
import { ListenReport } from './relay.js';

/** How a listener takes the webhooks of a workspace of a service. */
export const relayOperations = () => [
  operation('listen', 'GET /listen', {
    summary:
      'The messages for the app of a workspace of a service, as they come; a line that was cut goes on after a number',
    query: Type.Object({ session: Type.String(), after: Whole }),
    ok: [
      200,
      {
        description:
          'A line of JSON a message: its number, URL, method, headers and body, and what else a listener is to know',
        body: Type.String(),
        contentType: 'application/x-ndjson',
      },
    ],
  }),
  operation('reportListened', 'POST /listen', {
    summary: 'What became of messages, and when the app is at rest',
    body: ListenReport,
    ok: done,
  }),
];
