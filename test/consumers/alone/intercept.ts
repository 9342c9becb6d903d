import * as door from 'greenroom/intercept';

export const lead = (...given: Parameters<typeof door.intercept>) => door.intercept(...given);
export const all = { ...door };
