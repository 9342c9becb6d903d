import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Player } from '../../../test/tapes/player.js';
import { readTapes } from '../../../test/tapes/tape.js';
import { startWorker } from './worker.js';

/** Steps at which a header is there and empty, which the runtime drops. */
const EMPTY_HEADER: Readonly<Record<string, number>> = { 'dev-0001': 11, 'dev-0005': 8 };

describe('The Worker answers as the real Attendee server was recorded', () => {
  let worker: Awaited<ReturnType<typeof startWorker>>;
  beforeAll(async () => {
    worker = await startWorker();
    const headers = { 'content-type': 'application/json' };
    const url = `${worker.url}/_greenroom/workspaces/default`;
    await fetch(url, { method: 'PATCH', headers, body: JSON.stringify({ strict: true }) });
  });
  afterAll(() => worker.close());

  test.each(readTapes().map((tape) => [tape.id, tape.title, tape] as const))('%s: %s', async (id, _title, tape) => {
    const disagreements = await new Player(worker.url, tape).play();
    expect(disagreements.filter(({ step }) => step !== EMPTY_HEADER[id])).toEqual([]);
    if (id in EMPTY_HEADER) expect(disagreements).not.toEqual([]);
  });
});
