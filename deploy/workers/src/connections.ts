import type { Answer, Message } from '../../../src/server/engine/deliveries/attempt.js';
import { RESPONSE_KEPT, type Connections } from '../../../src/server/host.js';

/** See {@link Host.connect}. A Worker keeps no connections of its own. */
export function connect(): Connections {
  const open = new Set<AbortController>();
  return {
    send(url, message, { finish }) {
      const given = new AbortController();
      open.add(given);
      void exchange(url, message, given.signal).then((answer) => {
        open.delete(given);
        finish(answer);
      });
      return () => given.abort();
    },
    close() {
      for (const controller of open) controller.abort();
    },
  };
}

async function exchange(url: URL, message: Message, signal: AbortSignal): Promise<Answer> {
  const { headers, body } = message;
  const method = message.method ?? 'POST';
  const { username, password } = url;
  const target = Object.assign(new URL(url), { username: '', password: '' });
  const basic = `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
  try {
    const response = await fetch(target, {
      method,
      headers: { ...headers, ...(username || password ? { Authorization: basic } : {}) },
      ...(method === 'GET' ? {} : { body }),
      // The vendors follow no redirects, and a host that was opened may not lead to one that was not.
      redirect: 'manual',
      signal,
    });
    const text = await beginningOf(response);
    return {
      outcome: 'answered',
      status: response.status,
      ...(text ? { response: text } : {}),
      ...(method === 'GET' ? { type: response.headers.get('content-type') ?? '' } : {}),
    };
  } catch (error) {
    return { outcome: 'dropped', error: error instanceof Error ? error.message : String(error) };
  }
}

/** So much of a text as is kept: an endless one would fill the memory of the object. */
async function beginningOf({ body }: Response): Promise<string> {
  let text = '';
  if (!body) return text;
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    if (text.length < RESPONSE_KEPT) text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text.slice(0, RESPONSE_KEPT);
}

/** Percent-decoding that leaves alone what it cannot decode. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
