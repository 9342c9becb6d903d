import type { ProviderProbes, ProviderWrite } from '../vendor.js';

/** A meeting without participants. */
const MEETING = 'https://meet.google.com/abc-defg-hij';
const BOTS = '/api/v1/bots';

/** More of a step, and the rest of its path. */
type More = Partial<ProviderWrite> & { readonly below?: string };

const idOf = (bot: unknown): string => {
  const id = typeof bot === 'object' && bot !== null ? (bot as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : '';
};

export const probes: ProviderProbes = {
  unknownId: 'bot_0000000000000000',
  queries: {},
  life({ name, joinAt, later, example }) {
    const body = { ...example('createBot'), meeting_url: MEETING, join_at: joinAt, deduplication_key: name };
    const step =
      (operation: string, what: string, status: number, { below = '', ...rest }: More = {}) =>
      (bot: unknown): ProviderWrite => ({
        operation,
        what,
        path: `${BOTS}/${idOf(bot)}${below}`,
        expected: [status],
        ...rest,
      });
    return {
      steps: [
        () => ({
          operation: 'createBot',
          what: 'for a month from now',
          path: BOTS,
          expected: [201],
          body,
          keeps: ['join_at', joinAt],
        }),
        step('getBot', 'that was just made', 200, { keeps: ['join_at', joinAt] }),
        step('patchBot', 'to an hour later', 200, { body: { join_at: later }, keeps: ['join_at', later] }),
        step('getTranscript', 'before the meeting', 200, { below: '/transcript' }),
        step('leaveMeeting', 'before the meeting', 400, { below: '/leave' }),
        step('deleteBot', 'that was just made', 200),
        step('getBot', 'that was just deleted', 404),
      ],
      remove(answer) {
        const id = answer?.status === 201 ? idOf(answer.body) : '';
        if (id === '') return undefined;
        return {
          id,
          write: { operation: 'deleteBot', what: 'removal', path: `${BOTS}/${id}`, expected: [200, 404] },
        };
      },
    };
  },
};
