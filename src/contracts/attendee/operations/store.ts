import { Type } from '@sinclair/typebox';
import { defineOperations } from '../../contract.js';
import { STORE } from '../evidence.js';

const storeRefusal = (description: string) => ({
  description,
  body: Type.String(),
  contentType: 'application/xml',
  evidence: STORE,
});

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
      206: {
        description: 'The bytes that Range asks for',
        body: Type.String(),
        contentType: 'application/octet-stream',
        evidence: STORE,
      },
      400: storeRefusal("The API's token stands beside the signed link"),
      403: storeRefusal('The link has expired, nobody signed it, or the method is HEAD'),
      404: storeRefusal('The file is kept no longer'),
      416: storeRefusal('The range begins behind the end of the file'),
    },
    evidence: [STORE],
  },
]);
