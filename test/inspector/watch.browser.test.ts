import { expect, describe } from 'vitest';
import { barriers, test, watch } from '../support/browser.js';

describe('A browser test', () => {
  test('fails if its page asks another host, breaks its policy, or has an error', async ({ browser }) => {
    const page = await browser.newPage();
    const faults = await watch(page);
    await page.setContent(`
      <meta http-equiv="content-security-policy" content="script-src 'nonce-n'; img-src *">
      <img src="http://elsewhere.test/a.png">
      <script>document.title = 'run against the policy'</script>
      <script nonce="n">throw new Error('of the page')</script>`);
    await expect.poll(() => faults.length).toBeGreaterThanOrEqual(4);
    expect(await page.title()).toBe('');
    await page.close();
    expect(faults).toEqual(
      expect.arrayContaining([
        'a request to http://elsewhere.test/a.png',
        'an error: of the page',
        expect.stringContaining('Content Security Policy'),
        expect.stringContaining('Failed to load resource: net::'),
      ]),
    );
  });

  test('is told what stands in the way of somebody, with the element', async ({ page }) => {
    await page.setContent('<html lang="en"><title>A page</title><button></button><p style="color: #ddd">pale</p>');
    expect(await barriers(page)).toEqual([
      expect.stringMatching(/^button-name: .*<button>/),
      expect.stringMatching(/^color-contrast: .*pale/),
    ]);
  });
});
