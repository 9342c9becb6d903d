import { defineContract, type ResponseContract } from '../contract.js';
import { RECORDED, SCHEDULED_BOTS, WEBHOOKS } from './evidence.js';
import {
  BadRequest,
  Bot,
  BotPage,
  CreateBotRequest,
  Detail,
  ErrorText,
  PatchBotRequest,
  StateChange,
} from './schemas.js';

const json = (description: string, body: NonNullable<ResponseContract['body']>): ResponseContract => ({
  description,
  body,
  contentType: 'application/json',
  evidence: RECORDED,
});
const empty = (description: string): ResponseContract => ({ description, evidence: RECORDED });

const unauthorized = json('The token is missing, malformed, unknown or disabled', Detail);
const invalid = json('A field or the state does not allow it', BadRequest);
const missing = json('No such bot in this project', ErrorText);
const mediaType = json('The body is neither JSON nor a form', Detail);
const common = { 401: unauthorized, 406: json('Only JSON is served', Detail) } as const;

/** What greenroom knows of the Attendee bot API. */
export const attendeeContract = defineContract({
  provider: 'attendee',
  title: 'Attendee bot API',
  version: '1.64.1',
  servers: ['https://app.attendee.dev'],
  operations: [
    {
      id: 'listBots',
      method: 'GET',
      path: '/api/v1/bots',
      summary: 'The bots of the project, oldest first, 25 a page',
      auth: 'token',
      responses: { ...common, 200: json('A page', BotPage), 400: invalid, 404: json('The cursor is invalid', Detail) },
      evidence: [RECORDED],
    },
    {
      id: 'createBot',
      method: 'POST',
      path: '/api/v1/bots',
      summary: 'Send a bot to a meeting now, or at join_at',
      auth: 'token',
      body: CreateBotRequest,
      responses: { ...common, 201: json('The bot', Bot), 400: invalid, 415: mediaType },
      evidence: [SCHEDULED_BOTS, RECORDED],
    },
    {
      id: 'getBot',
      method: 'GET',
      path: '/api/v1/bots/{id}',
      summary: 'One bot',
      auth: 'token',
      responses: { ...common, 200: json('The bot', Bot), 404: missing },
      evidence: [RECORDED],
    },
    {
      id: 'patchBot',
      method: 'PATCH',
      path: '/api/v1/bots/{id}',
      summary: 'Reschedule or change a bot that is still scheduled; its metadata at any time',
      auth: 'token',
      body: PatchBotRequest,
      responses: { ...common, 200: json('The bot', Bot), 400: invalid, 404: missing, 415: mediaType },
      evidence: [SCHEDULED_BOTS, RECORDED],
    },
    {
      id: 'deleteBot',
      method: 'DELETE',
      path: '/api/v1/bots/{id}',
      summary: 'Unschedule a bot that is still scheduled',
      auth: 'token',
      responses: { ...common, 200: empty('Gone; no body'), 400: invalid, 404: missing },
      evidence: [SCHEDULED_BOTS, RECORDED],
    },
    {
      id: 'leaveMeeting',
      method: 'POST',
      path: '/api/v1/bots/{id}/leave',
      summary: 'Ask a bot to leave',
      auth: 'token',
      responses: { ...common, 200: json('The bot, leaving', Bot), 400: invalid, 404: missing },
      evidence: [RECORDED],
    },
  ],
  webhooks: [
    {
      type: 'bot.state_change',
      summary: 'A bot has gone from one state to another',
      body: StateChange,
      evidence: [WEBHOOKS, RECORDED],
    },
  ],
});
