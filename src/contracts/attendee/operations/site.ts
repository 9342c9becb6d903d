import { Type } from '@sinclair/typebox';
import { defineOperations } from '../../contract.js';
import { CODE, WEB_SERVER } from '../evidence.js';

/** Beside the API: probes of a self-hosted server, open to everybody. */
export const siteOperations = defineOperations([
  {
    id: 'getHealth',
    method: 'GET',
    path: '/health/',
    summary: 'Whether the server is up',
    auth: 'none',
    undocumented: true,
    responses: { 200: { description: 'It is; no body', contentType: 'text/html; charset=utf-8', evidence: CODE } },
    evidence: [CODE, WEB_SERVER],
  },
  {
    id: 'getVersion',
    method: 'GET',
    path: '/version/',
    summary: 'The version of the server',
    auth: 'none',
    undocumented: true,
    responses: {
      200: {
        description: 'The version',
        body: Type.Object({ version: Type.String() }, { additionalProperties: false }),
        contentType: 'application/json',
        evidence: CODE,
      },
    },
    evidence: [CODE, WEB_SERVER],
  },
]);
