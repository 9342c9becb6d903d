import { parseInstant, type Micros } from '../../clock/instant.js';
import { wallClock } from '../../clock/real-time.js';
import type { Terms } from '../../contracts/control/terms.js';

/** The end of a workspace, in real time. */
export const endOf = ({ expires_at }: Pick<Terms, 'expires_at'>): Micros => parseInstant(expires_at) ?? 0;

/** True once the time to live of a workspace is over. */
export const isOver = (terms: Terms | undefined): boolean => terms !== undefined && endOf(terms) <= wallClock();
