import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { explore } from '../../src/explore.js';
import { attendeeClient, type Client } from './receivers/app.js';
import { explored } from './receivers/explored.js';
import { Notes } from './receivers/notes.js';

/** Is told each line as it is spoken. */
class Hears extends Notes {
  override makeClient(): Client {
    return attendeeClient(this.room, ['bot.state_change', 'transcript.update', 'chat_messages.update']);
  }
}

const escaped = (json: string): string =>
  json.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;

/** Signs what `json.dumps` writes by itself: the same for every message in English. */
class SignsEscapes extends Hears {
  override makeClient(): Client {
    const key = Buffer.from(this.room.attendee.webhook_secret, 'base64');
    const sign = (text: string): string =>
      createHmac('sha256', key)
        .update(escaped(JSON.stringify(sorted(JSON.parse(text)))))
        .digest('base64');
    return { ...super.makeClient(), sign };
  }
}

const EXECUTIONS = 60;

test('An app that takes messages in English alone for genuine is found, though nobody thought of other scripts', async () => {
  const { findings } = await explore({ ...explored(SignsEscapes, 'attendee'), executions: EXECUTIONS, seed: 1 });
  expect(findings.map(({ sentence, mistake }) => [sentence, mistake.name])).toEqual([
    ['The app does not believe transcript.update, which the vendor has signed', 'signature of other bytes'],
  ]);
  expect(findings[0]!.story).toMatchObject({ scenario: 'other-scripts', deviations: [] });
});

test('An app that verifies what was signed is not blamed for them', async () => {
  const { findings } = await explore({
    ...explored(Hears, 'attendee'),
    scenarios: ['other-scripts'],
    executions: 20,
    seed: 1,
  });
  expect(findings).toEqual([]);
});
