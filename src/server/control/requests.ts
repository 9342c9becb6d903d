import type { Times, Verification } from '../../contracts/control/requests.js';
import { GreenroomError } from '../../errors.js';
import type * as engine from '../engine/past/requests.js';
import { renderRequest } from '../renderings.js';
import { json, type ControlHandler, type RouteOptions } from './call.js';
import { assertCallWords } from './call-words.js';
import { assertQuery, pickQuery, wholeNumber } from './query.js';
import { atRest, PAGING, selectPage, settledJson } from './reads.js';
import { subjectIdIn } from './subjects.js';
import { closest, differences } from './verify.js';

const FILTERS = ['provider', 'operation', 'method', 'path'] as const;

/** The calls that clients made of the vendors' APIs. */
export function requestRoutes({ vendors, schemas }: RouteOptions) {
  const words = { provider: vendors.map(({ name }) => name), operation: 'any', method: 'any', path: 'any' } as const;
  return {
    list: async ({ workspace: { world }, query, reader }) => {
      assertQuery(query, { ...words, status: 'any', ...PAGING });
      const match = pickQuery(query, FILTERS);
      assertCallWords(world, vendors, { what: 'the query', at: '?' }, match);
      const status = wholeNumber(query, 'status', 0);
      return settledJson(world, reader, () => {
        const subject = subjectIdIn(vendors, world, query);
        const isWanted = (request: engine.LoggedRequest): boolean =>
          (subject === undefined || request.subject === subject) &&
          (status === 0 || request.response?.status === status) &&
          differences(request, match).length === 0;
        const { items, more } = selectPage((seq) => world.requests.lasting(seq), query, isWanted);
        return {
          requests: items.map(renderRequest(world, vendors)),
          more,
          dropped: world.requests.dropped,
        };
      });
    },

    get: ({ workspace: { world }, param }) => {
      const request = world.requests.get(param('id'));
      if (request) return json(renderRequest(world, vendors)(request));
      throw new GreenroomError(
        'NOT_FOUND',
        `Failed to find the call "${param('id')}": there is none, or it was let go.`,
      );
    },

    verify: async ({ workspace: { world }, body, reader }) => {
      const { match, times = { at_least: 1 } } = body(schemas().VerifyBody);
      assertCallWords(world, vendors, { what: 'the body', at: '/match/' }, match);
      await atRest(world, reader);
      const matched = [...world.requests.values()].filter((request) => differences(request, match).length === 0);
      const { at_least = 0, at_most = Number.POSITIVE_INFINITY } = boundsOf(times);
      const answer: Verification = {
        ok: matched.length >= at_least && matched.length <= at_most,
        count: matched.length,
        matched: matched.map(({ id }) => id),
        closest: matched.length < at_least ? closest(world.requests.values(), match) : [],
      };
      return json(answer);
    },
  } satisfies Record<string, ControlHandler>;
}

const boundsOf = (times: Times) => (typeof times === 'number' ? { at_least: times, at_most: times } : times);
