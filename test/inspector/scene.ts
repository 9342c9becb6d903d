import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, cronofy } from '../support/room.js';

/** Opens the live page of a room, and waits until it follows. */
export async function open(page: Page, room: Greenroom, query = ''): Promise<void> {
  await page.goto(`${room.url}/_greenroom/${query}`);
  await expect.poll(() => page.locator('.stream').textContent()).toBe('● following');
}

const list = (page: Page) => page.getByRole('listbox', { name: /^What happened/ });

/** The lines of the list that are in sight, in words. */
export const lines = async (page: Page): Promise<string[]> =>
  (await list(page).getByRole('option').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());

/** How many lines there are, as the page says it. */
export const counted = async (page: Page): Promise<string> =>
  (await page.locator('.search-bar output').innerText()).trim();

/** The whole of the chosen line. */
export const detail = (page: Page) => page.getByRole('region', { name: 'The chosen line' });

export const search = (page: Page, words: string): Promise<void> => page.getByLabel('Search').fill(words);

/** Chooses the first line in sight that has this text. */
export const choose = (page: Page, text: string | RegExp): Promise<void> =>
  list(page).getByRole('option').filter({ hasText: text }).first().click();

/** A bot that joins at half past nine and an agent that joins at once, whose webhooks go to this URL. */
export async function scheduleBoth(room: Greenroom, hook: string, name = 'Ada'): Promise<void> {
  await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z', hook, { bot_name: name }));
  await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(hook));
}

/** An app that verifies the JSON that JavaScript writes of a body, with its keys sorted: a common mistake that most bodies forgive. */
export const asJavaScript =
  (secret: string) => (arrival: { body: string; headers: Readonly<Record<string, string>> }) => {
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : value !== null && typeof value === 'object'
          ? Object.fromEntries(
              Object.entries(value)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([key, inner]) => [key, sorted(inner)]),
            )
          : value;
    const computed = createHmac('sha256', Buffer.from(secret, 'base64'))
      .update(JSON.stringify(sorted(JSON.parse(arrival.body))))
      .digest('base64');
    return computed === arrival.headers['x-webhook-signature'] ? 200 : 401;
  };
