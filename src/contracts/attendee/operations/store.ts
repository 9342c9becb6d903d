import { Type } from '@sinclair/typebox';
import { defineOperations } from '../../contract.js';
import { STORE } from '../evidence.js';

/** Served by an object store, behind the link that the API gave out. */
export const storeOperations = defineOperations([
  {
    id: 'readRecording',
    method: 'GET',
    path: '/recordings/{id}/{file}',
    summary: 'The recording itself, as an object store serves it',
    auth: 'none',
    elsewhere: true,
    responses: {
      200: { description: 'The bytes', body: Type.String(), contentType: 'application/octet-stream', evidence: STORE },
      400: {
        description: "The API's token stands beside the signed link",
        body: Type.String(),
        contentType: 'application/xml',
        evidence: STORE,
      },
      403: {
        description: 'The link has expired, or nobody signed it',
        body: Type.String(),
        contentType: 'application/xml',
        evidence: STORE,
      },
    },
    evidence: [STORE],
  },
]);
