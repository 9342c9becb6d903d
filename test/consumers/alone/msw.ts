import * as door from 'greenroom/msw';

export const lead = (...given: Parameters<typeof door.handlers>) => door.handlers(...given);
export const all = { ...door };
