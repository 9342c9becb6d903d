import { GreenroomError, type ErrorCode } from '../../errors.js';

const OF_STATE = { of: 'state' };

/** Says that a state could not be read, or was none: whoever hears of it wants to know where it was asked. */
export const unreadState = (code: ErrorCode, message: string): GreenroomError =>
  new GreenroomError(code, message, OF_STATE);

export const isOfState = ({ details }: GreenroomError): boolean => details['of'] === OF_STATE.of;
