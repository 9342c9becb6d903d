import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { test as withRoom } from './room.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** From scripts/browser.mjs. */
    browser: { readonly path: string; readonly flags: readonly string[] };
  }
}

const withBrowser = withRoom.extend<{ readonly browser: Browser }>({
  browser: [
    async ({}, use) => {
      const { path, flags } = inject('browser');
      const browser = await chromium.launch({ executablePath: path, args: [...flags] });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
});

/** A page of its own in a real browser; the test fails if it asks another host, breaks a policy, or has an error. */
export const test = withBrowser.extend<{ readonly page: Page }>({
  page: async ({ browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const faults = await watch(page);
    await use(page);
    await context.close();
    expect(faults).toEqual([]);
  },
});

const ELSEWHERE = /^(?!(https?|wss?):\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]|file:|data:|blob:|about:)/;

/** What the page must not do, as it does it. */
export async function watch(page: Page): Promise<string[]> {
  const faults: string[] = [];
  await page.context().route(ELSEWHERE, (route) => route.abort());
  page.on('request', (request) => {
    if (ELSEWHERE.test(request.url())) faults.push(`a request to ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`an error: ${error.message}`));
  page.on('console', (message) => {
    // An action may be refused, and the page says so: the browser tells it as an error of its own.
    const isAnswer = message.text().startsWith('Failed to load resource: the server responded');
    if (message.type() === 'error' && !isAnswer) faults.push(`on the console: ${message.text()}`);
  });
  return faults;
}

/** What axe finds serious or critical, or wrong in the order of headings, on the page as it is, each with the element that it is about. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate('axe.run({ resultTypes: ["violations"] })');
  return (found as axe.AxeResults).violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || id === 'heading-order')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
