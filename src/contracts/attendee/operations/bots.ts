import { COPIES, DRIVER, FRAMEWORK, PICTURES, RECORDED, SCHEDULED_BOTS, STORED, WSGI_SERVER } from '../evidence.js';
import * as queries from '../queries.js';
import * as schemas from '../schemas.js';
import { bot, empty, json, listing, operation, POSTS, FAILS, READS_BODY, REFUSES } from './operation.js';

export const botOperations = [
  operation('listBots', 'GET', '/bots', {
    ...listing('The bots of the project, oldest first, 25 a page', queries.BotsQuery, schemas.BotPage),
    errors: { ...REFUSES, ...FAILS },
    evidence: [RECORDED, DRIVER, WSGI_SERVER],
  }),
  operation('createBot', 'POST', '/bots', {
    summary: 'Send a bot to a meeting now, or at join_at',
    body: schemas.CreateBotRequest,
    ok: [201, json('The bot', schemas.Bot)],
    errors: { ...POSTS, ...FAILS },
    evidence: [SCHEDULED_BOTS, RECORDED, FRAMEWORK, STORED, PICTURES],
  }),
  operation('getBot', 'GET', '/bots/{id}', { summary: 'One bot', ok: bot() }),
  operation('patchBot', 'PATCH', '/bots/{id}', {
    summary: 'Reschedule or change a bot that is still scheduled; its metadata at any time',
    body: schemas.PatchBotRequest,
    ok: bot(),
    errors: READS_BODY,
    evidence: [SCHEDULED_BOTS, RECORDED],
  }),
  operation('deleteBot', 'DELETE', '/bots/{id}', {
    summary: 'Unschedule a bot that is still scheduled',
    ok: [200, empty('Gone; no body')],
    errors: REFUSES,
    evidence: [SCHEDULED_BOTS, RECORDED],
  }),
  operation('leaveMeeting', 'POST', '/bots/{id}/leave', {
    summary: 'Ask a bot to leave',
    ok: bot('The bot, leaving'),
    errors: REFUSES,
    evidence: [RECORDED, { ...COPIES, note: 'a process that comes later leaves then' }],
  }),
  operation('deleteData', 'POST', '/bots/{id}/delete_data', {
    summary: 'Delete everything that an ended bot has collected',
    ok: bot('The bot, without its data'),
    errors: REFUSES,
    evidence: [RECORDED, { ...COPIES, note: 'async transcriptions stay, without their words' }],
  }),
];
