import type { Attempt, Webhook } from './line.js';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same message once more, byte for byte, from a shell. */
export const commandOf = ({ url }: Pick<Webhook, 'url'>, { request }: Pick<Attempt, 'request'>): string =>
  [
    `curl -X POST ${quoted(url)}`,
    ...Object.entries(request.headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(request.body)}`,
  ].join(' \\\n  ');

/** What finds the mistake behind a signature, with the secret of the app. */
export const doctorOf = (
  { provider }: Pick<Webhook, 'provider'>,
  { request }: Pick<Attempt, 'request'>,
  header: string,
): string => {
  const [, value = ''] =
    Object.entries(request.headers).find(([name]) => name.toLowerCase() === header.toLowerCase()) ?? [];
  return `printf %s ${quoted(request.body)} | npx greenroom doctor signature --provider ${provider} \\\n  --secret "$YOUR_SECRET" --header ${quoted(`${header}: ${value}`)} --body -`;
};
