import type { Line } from '../../src/server/inspector/page/model/line.js';
import { Timeline } from '../../src/server/inspector/page/model/timeline.js';

/** An instant of the morning. */
export const at = (second: number): string => `2026-01-01T09:00:${String(second).padStart(2, '0')}Z`;
export const micros = (second: number): number => Date.parse(at(second)) * 1000;

/** The life of one agent: a call, a state, a webhook that is refused and then taken. */
export const life = (subject: string, { status = 401, first = 1 } = {}): Line[] =>
  [
    {
      kind: 'request',
      at: at(0),
      subject,
      summary: 'POST /api/v1/bots → 201',
      id: 'req_1',
      provider: 'attendee',
      operation: 'createBot',
      method: 'POST',
      path: '/api/v1/bots',
      status: 201,
    },
    {
      kind: 'transition',
      at: at(10),
      subject,
      summary: 'ready → joining (join_requested)',
      provider: 'attendee',
      event: 'join_requested',
      from: 'ready',
      to: 'joining',
    },
    {
      kind: 'delivery',
      at: at(10),
      subject,
      summary: `bot.state_change joining → http://127.0.0.1:{receiver 1}/hook: ${status}`,
      provider: 'attendee',
      delivery: 'dlv_1',
      type: 'bot.state_change',
      state: 'joining',
      url: 'http://127.0.0.1/hook',
      attempt: 1,
      outcome: 'answered',
      status,
    },
    {
      kind: 'delivery',
      at: at(20),
      subject,
      summary: 'bot.state_change joining → http://127.0.0.1:{receiver 1}/hook attempt 2: 200',
      provider: 'attendee',
      delivery: 'dlv_1',
      type: 'bot.state_change',
      state: 'joining',
      url: 'http://127.0.0.1/hook',
      attempt: 2,
      outcome: 'answered',
      status: 200,
      fault: 'flt_1',
    },
  ].map((line, i) => ({ seq: first + i, ...line })) as Line[];

export function timelineOf(...lines: Line[][]): Timeline {
  const timeline = new Timeline();
  for (const some of lines) timeline.append(some);
  return timeline;
}
