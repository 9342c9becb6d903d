import { VENDORS } from '../../src/contracts/vendors.js';
import { checkReceiver, type ReceiverCheck } from '../../src/checks/receiver/check.js';
import type { Message } from '../../src/checks/receiver/messages.js';
import { vendorMessages } from '../../src/cli/checks/vendor-messages.js';
import type { VendorName } from '../../src/contracts/index.js';
import * as attendee from './wrong-receivers/attendee.js';
import { serve, type App } from './wrong-receivers/app.js';
import * as cronofy from './wrong-receivers/cronofy.js';

/** The messages that the command sends, by vendor. */
export const messages: Readonly<Record<VendorName, readonly Message[]>> = {
  cronofy: await vendorMessages('cronofy'),
  attendee: await vendorMessages('attendee'),
};

export const SECRETS = { cronofy: cronofy.SECRET, attendee: attendee.SECRET };

/** Checks what listens at a URL with a few messages of its vendor. */
export function checkUrl(provider: VendorName, url: string, more: Partial<ReceiverCheck> = {}) {
  const few = messages[provider].filter(({ type }) => /^meeting_agent|^bot\.state_change/.test(type));
  const last = few.find(({ isLast }) => isLast)!;
  return checkReceiver({
    url: new URL(url),
    vendor: VENDORS[provider],
    secret: SECRETS[provider],
    now: 0,
    run: 'abcdefabcdef',
    headers: {},
    messages: [...few.filter((one) => one !== last).slice(0, 3), last],
    timeoutMs: 5000,
    restartMs: 5000,
    ...more,
  });
}

/** Checks an app with a few messages of its vendor. */
export async function check(provider: VendorName, app: App, more: Partial<ReceiverCheck> = {}) {
  const { url, close } = await serve(app);
  const report = await checkUrl(provider, url, more);
  await close();
  return report;
}

/** One line of the score card. */
export const markOf = ({ marks }: Awaited<ReturnType<typeof check>>, rule: string) =>
  marks!.find(({ name }) => name === rule);

/** What was found: the rules, and the mistakes of `verifies-otherwise` by their names. */
export const named = ({ findings }: Awaited<ReturnType<typeof check>>): string[] =>
  findings.map(({ rule, message }) => (rule === 'verifies-otherwise' ? message.split(':', 1)[0]! : rule));
