import type { Evidence } from '../contract.js';

const READ_ON = '2026-11-01';

/** Cronofy's page "Schedule/Send a Meeting Agent". */
export const SCHEDULE: Evidence = {
  basis: 'documented',
  source: 'docs.cronofy.com: meeting-agents/schedule',
  date: READ_ON,
};
/** Cronofy's page "Cancel a Meeting Agent". */
export const CANCEL: Evidence = {
  basis: 'documented',
  source: 'docs.cronofy.com: meeting-agents/cancel',
  date: READ_ON,
};
/** Cronofy's page "Callback notifications". */
export const CALLBACKS: Evidence = {
  basis: 'documented',
  source: 'docs.cronofy.com: meeting-agents/callbacks',
  date: READ_ON,
};
/** Cronofy's page on status codes and the shape of a 422. */
export const ERROR_CODES: Evidence = { basis: 'documented', source: 'docs.cronofy.com: error-codes', date: READ_ON };

export const assumed = (note: string, setting?: string): Evidence => ({
  basis: 'assumed',
  source: 'no public source says',
  date: READ_ON,
  note,
  ...(setting === undefined ? {} : { setting }),
});
