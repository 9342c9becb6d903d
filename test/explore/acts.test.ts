import { expect, test } from 'vitest';
import { explore, type Meeting } from '../../src/explore.js';
import { KINDS } from '../../src/explore/stories/kinds.js';
import type { Story } from '../../src/explore/stories/story.js';
import { Refused, type Message, type Row } from './receivers/app.js';
import { explored } from './receivers/explored.js';
import { Notes } from './receivers/notes.js';
import { foundIn } from './receivers/replayed.js';

/** Asks for an agent with the key of the meeting, and once more when no answer comes; what the vendor says then is the user's. */
class Disowning extends Notes {
  override async schedule({ url, joinAt }: Meeting): Promise<{ id: string }> {
    const row: Row = { id: this.keyOf(url), url, joinAt, status: 'scheduled', notes: [], mails: [] };
    row.agent = await this.askFor(row).catch((error: unknown) => {
      if (error instanceof Refused) throw error;
      return this.askFor(row);
    });
    this.disk.rows.set(row.id, row);
    this.resume(row);
    return { id: row.id };
  }
  async askFor({ id, url, joinAt }: Row): Promise<string> {
    const { attendee, fetch } = this.room;
    const response = await fetch(`${attendee.base_url}/api/v1/bots`, {
      method: 'POST',
      headers: { authorization: `Token ${attendee.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        meeting_url: url,
        bot_name: 'Notes',
        join_at: joinAt,
        deduplication_key: id,
        metadata: { meeting: id },
        webhooks: [{ url: 'https://notes.test/hooks', triggers: ['bot.state_change'] }],
      }),
    });
    const answer = (await response.json()) as { readonly id: string };
    if (!response.ok) throw new Refused(response.status, JSON.stringify(answer));
    return answer.id;
  }
}

/** Gives each try a key of its own. */
class DisowningTwice extends Disowning {
  #tries = 0;
  override async askFor(row: Row): Promise<string> {
    const key = `${row.id}-${++this.#tries}`;
    return super.askFor({ ...row, id: key }).catch((error: unknown) => {
      throw new Refused(502, String(error));
    });
  }
}

/** Tells the user of each error, and looks at the next try whether the agent is there. */
class Candid extends Disowning {
  readonly #tried = new Set<string>();
  override async askFor(row: Row): Promise<string> {
    if (this.#tried.has(row.id)) return (await this.client.schedule(row))!;
    this.#tried.add(row.id);
    return super.askFor(row).catch((error: unknown) => {
      throw new Refused(502, String(error));
    });
  }
}

const atBooking = (what: object): Partial<Story> => ({
  deviations: [{ at: { call: { operation: 'createBot' } }, do: what }],
});
const LOST = [{ reset: true }, { status: 502, handled: true }];

test.each(LOST)(
  'An app that tells its user that a meeting failed, though its agent comes, is found: %j',
  async (lost) => {
    expect(await foundIn(Disowning, atBooking(lost))).toMatchObject([
      {
        oracle: 'acts',
        sentence: 'The app tells its user that a meeting failed, at the second try too, though its agent comes',
        was: expect.stringContaining('Deduplication key already in use'),
        mistake: { name: 'failed though done' },
      },
    ]);
  },
);

test('An app whose user tries again after an error, and gets a second agent, is found', async () => {
  expect(await foundIn(DisowningTwice, atBooking({ reset: true }))).toMatchObject([
    {
      oracle: 'acts',
      sentence: 'The app tells its user that a meeting failed, though its agent comes, and a second try brings another',
    },
  ]);
});

test.each([...LOST, { status: 503 }])(
  'An app that tells of an error, and finds the agent at the next try, is not blamed: %j',
  async (lost) => {
    expect(await foundIn(Candid, atBooking(lost))).toEqual([]);
  },
);

/** Asks once more where no answer comes, without a key, and counts what is told to it. */
class Keyless extends Notes {
  override async schedule({ url, joinAt }: Meeting): Promise<{ id: string }> {
    const row: Row = { id: this.keyOf(url), url, joinAt, status: 'scheduled', notes: [], mails: [] };
    this.disk.rows.set(row.id, row);
    row.agent = await this.askFor(row).catch(() => this.askFor(row));
    return { id: row.id };
  }
  async askFor({ id, url, joinAt: join_at }: Row): Promise<string> {
    const { attendee, fetch } = this.room;
    const webhooks = [{ url: 'https://notes.test/hooks', triggers: ['bot.state_change'] }];
    const response = await fetch(`${attendee.base_url}/api/v1/bots`, {
      method: 'POST',
      headers: { authorization: `Token ${attendee.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ meeting_url: url, bot_name: 'Notes', join_at, metadata: { meeting: id }, webhooks }),
    });
    return ((await response.json()) as { readonly id: string }).id;
  }
  override state(): unknown {
    return { told: this.disk.seen.size };
  }
}

test('An app that asks again without a key is told so, also where its state is what shows it', async () => {
  const found = await foundIn(Keyless, atBooking({ reset: true }));
  expect(found.map(({ oracle, mistake }) => [oracle, mistake.name])).toEqual([
    ['converges', 'no key on the call'],
    ['calls', 'no key on the call'],
  ]);
});

/** Gives a key, finds by it what was asked for, and asks for another agent when that fails. It writes a mail for each answer that is lost. */
class Replacing extends Disowning {
  override async askFor(row: Row): Promise<string> {
    return super.askFor(row).catch(async () => {
      row.mails.push('no answer');
      return (await this.client.schedule(row))!;
    });
  }
  override advance(row: Row, status: string, message?: Message): void {
    const isFresh = row.status !== 'failed' && status === 'failed';
    super.advance(row, status, message);
    const later = new Date(Date.parse(row.joinAt) + 30 * 60_000).toISOString();
    const again = { ...row, id: `${row.id}-again`, joinAt: later };
    if (isFresh) this.background(async () => void (await this.client.schedule(again)));
  }
}

test('An app that replaces an agent that has failed is not told that it gives no key', async () => {
  const [found] = await foundIn(Replacing, { ...atBooking({ reset: true }), scenario: 'lobby-denied' });
  expect(found).toMatchObject({ oracle: 'converges', mistake: { name: 'begun twice' } });
});

/** Rounds in a way of its own. */
class Rounding extends Notes {
  override async schedule({ joinAt, ...meeting }: Meeting): Promise<{ id: string }> {
    return super.schedule({ ...meeting, joinAt: new Date(Date.parse(joinAt) + 37 * 60_000).toISOString() });
  }
}

test('An app whose agent comes at a time that no zone explains is told that alone', async () => {
  expect(await foundIn(Rounding, {})).toMatchObject([
    { oracle: 'acts', was: 'one 37m after it', mistake: { name: 'another time' } },
  ]);
});

/** Calls off and moves with one call. */
class Single extends Notes {
  override retried<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

/** What the vendor says of a bot that is called off already is the user's. */
class Denying extends Single {
  override async cancel(id: string): Promise<void> {
    const { attendee, fetch } = this.room;
    const row = this.disk.rows.get(id)!;
    const response = await fetch(`${attendee.base_url}/api/v1/bots/${row.agent}`, {
      method: 'DELETE',
      headers: { authorization: `Token ${attendee.api_key}` },
    });
    if (!response.ok) throw new Refused(response.status, await response.text());
    row.cancelled = true;
  }
}

const onlyLost = {
  scenarios: ['happy-path'],
  without: KINDS.map(({ name }) => name).filter((name) => name !== 'call-cut-off'),
};

test('An app that tells its user twice that a meeting was not called off, though the vendor has done it, is found', async () => {
  const { findings } = await explore({ ...explored(Denying, 'attendee'), ...onlyLost, executions: 20 });
  expect(findings.filter(({ oracle }) => oracle === 'acts')).toMatchObject([
    {
      sentence:
        'The app tells its user that a meeting could not be called off, at the second try too, though the vendor has done it',
      story: {
        deviations: [
          { at: { instant: '-8m' }, do: { cancel: true } },
          { at: { call: { operation: 'deleteBot' } }, do: { reset: true } },
        ],
      },
      mistake: { name: 'failed though done' },
    },
  ]);
});

test.each(LOST)('An app that takes what is called off already for done is not blamed: %j', async (lost) => {
  const cancelled = (operation: string, act: object): Partial<Story> =>
    ({
      deviations: [
        { at: { instant: '-8m' }, do: act },
        { at: { call: { operation } }, do: lost },
      ],
    }) as Partial<Story>;
  expect(await foundIn(Single, cancelled('deleteBot', { cancel: true }))).toEqual([]);
  expect(await foundIn(Single, cancelled('patchBot', { reschedule: '15m' }))).toEqual([]);
});

/** The vendor hears of a cancellation, under another key than that with which the agent was asked for. */
class CancelsAnother extends Notes {
  override async cancel(id: string): Promise<void> {
    const row = this.disk.rows.get(id)!;
    await this.client.cancel({ ...row, id: row.url });
    row.cancelled = true;
  }
}

test('An app that calls off another agent is not told that it calls off none', async () => {
  const found = await foundIn(CancelsAnother, {
    provider: 'cronofy',
    deviations: [{ at: { instant: '-8m' }, do: { cancel: true } }],
  });
  expect(found).toMatchObject([
    {
      mistake: {
        name: 'another called off',
        evidence: 'cancelMeetingAgent is done, and its agent comes all the same',
      },
    },
  ]);
});

/** Notes at its agent that the meeting is called off, and leaves it at that. */
class Annotates extends Notes {
  override async cancel(id: string): Promise<void> {
    const { attendee, fetch } = this.room;
    const row = this.disk.rows.get(id)!;
    await fetch(`${attendee.base_url}/api/v1/bots/${row.agent}`, {
      method: 'PATCH',
      headers: { authorization: `Token ${attendee.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { meeting: row.id, cancelled: 'yes' } }),
    });
    row.cancelled = true;
  }
}

test('An app that only notes at its own agent that it is called off is not told that the agent is another', async () => {
  const found = await foundIn(Annotates, { deviations: [{ at: { instant: '-8m' }, do: { cancel: true } }] });
  expect(found).toMatchObject([{ mistake: { name: 'cancel stays here' } }]);
});
