import type { ListenLine } from '../contracts/control/relay.js';

/** Characters; no message is longer. */
const LONGEST = 2 ** 26;

/** The lines of an answer that goes on, as they come. Throws for what is no line of a service. */
export async function* linesOf({ body }: Response): AsyncGenerator<ListenLine> {
  if (!body) return;
  let rest = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST) throw new Error('a line of the service has no end');
    for (const line of lines) yield JSON.parse(line) as ListenLine;
  }
}
