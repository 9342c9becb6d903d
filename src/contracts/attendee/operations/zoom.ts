import { COPIES, FRAMEWORK, RECORDED } from '../evidence.js';
import * as queries from '../queries.js';
import * as schemas from '../schemas.js';
import { done, json, listing, ok, operation, POSTS } from './operation.js';

export const zoomOperations = [
  operation(
    'listZoomConnections',
    'GET',
    '/zoom_oauth_connections',
    listing('The connected Zoom users, newest first', queries.PageQuery, schemas.ZoomConnectionPage),
  ),
  operation('createZoomConnection', 'POST', '/zoom_oauth_connections', {
    summary: 'Connect a Zoom user, or renew the connection',
    body: schemas.CreateZoomConnectionRequest,
    ok: [201, json('The connection', schemas.ZoomConnection)],
    errors: POSTS,
    evidence: [
      RECORDED,
      FRAMEWORK,
      {
        ...COPIES,
        note: 'user:read:zak is needed to record alone, and only then is the connection looked at for meetings; what the database does not take is hidden behind an error id; the account of a user is renewed',
      },
    ],
  }),
  operation('getZoomConnection', 'GET', '/zoom_oauth_connections/{id}', {
    summary: 'One connection',
    ok: ok('The connection', schemas.ZoomConnection),
  }),
  operation('deleteZoomConnection', 'DELETE', '/zoom_oauth_connections/{id}', {
    summary: 'Delete the connection',
    ok: done,
  }),
];
