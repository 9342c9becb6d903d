import type { attendeeContract } from '../../../contracts/attendee/contract.js';
import type { OperationId } from '../../../contracts/contract.js';
import type { Handler } from '../provider.js';
import { appSessionHandlers } from './bots/app-sessions.js';
import * as controls from './bots/controls.js';
import { botHandlers } from './bots/handlers.js';
import * as outputs from './bots/outputs.js';
import { calendarHandlers } from './calendars/handlers.js';
import { guardAll } from './framework/guard.js';
import { contentHandlers } from './recordings/handlers.js';
import { readRecording } from './recordings/link.js';
import { siteHandlers } from './site.js';
import { zoomHandlers } from './zoom/handlers.js';

type Id = OperationId<typeof attendeeContract>;
/** Not behind the framework: they know nothing of the API's formats and limits. */
type OutsideId = 'readRecording' | keyof typeof siteHandlers;

const api: Readonly<Record<Exclude<Id, OutsideId>, Handler>> = {
  ...botHandlers,
  ...contentHandlers,
  ...outputs,
  ...controls,
  ...calendarHandlers,
  ...zoomHandlers,
  ...appSessionHandlers,
};

/** The code of every operation. One without code does not compile. */
export const handlers: Readonly<Record<Id, Handler>> = {
  ...guardAll(api),
  ...siteHandlers,
  readRecording,
};
