import type { Line } from '../model/line.js';
import { Refused, type Server } from './server.js';

export interface StreamListener {
  /** Called once a frame at the most. */
  readonly lines: (lines: readonly Line[]) => void;
  /** The workspace was reset, restored or rewound, or the server is another one: all lines so far are gone. */
  readonly renewed: () => void;
  readonly state: (state: StreamState, why?: Refused) => void;
}

export type StreamState = 'connecting' | 'live' | 'lost';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/**
 * Follows the timeline of a workspace from its first line on, until the returned function is called; a connection that is lost
 * is made again after the last line that came. EventSource could not send a token.
 */
export function followTimeline(server: Server, listener: StreamListener): () => void {
  const ended = new AbortController();
  const frames = new Frames(listener.lines);
  let last = 0;
  /** Of which world that is the last line. */
  let world: string | undefined;
  let wait = FIRST_WAIT_MS;
  const event = (name: string, data: string): void => {
    if (name === 'renewed') {
      [last, world] = [0, undefined];
      frames.clear();
      listener.renewed();
      throw new Renewed();
    }
    const line = JSON.parse(data) as Line;
    last = line.seq;
    frames.add(line);
  };
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      try {
        listener.state('connecting');
        const ofWorld = world === undefined ? '' : `&world=${world}`;
        const response = await server.fetch(`/stream?after=${last}${ofWorld}`, { signal: ended.signal });
        world = response.headers.get('greenroom-world') ?? undefined;
        listener.state('live');
        wait = FIRST_WAIT_MS;
        await readEvents(response, event);
        listener.state('lost');
      } catch (error) {
        if (error instanceof Renewed) continue;
        if (ended.signal.aborted) return;
        listener.state('lost', error instanceof Refused ? error : undefined);
        if (error instanceof Refused && error.status >= 400) return;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  };
  void run();
  return () => {
    ended.abort();
    frames.clear();
  };
}

/** Everything is to be read anew. */
class Renewed extends Error {}

/** Server-sent events, one after the other. */
async function readEvents(response: Response, event: (name: string, data: string) => void): Promise<void> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) readBlock(block, event);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function readBlock(block: string, event: (name: string, data: string) => void): void {
  let [name, data] = ['message', ''];
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice('event: '.length);
    else if (line.startsWith('data: ')) data = line.slice('data: '.length);
  }
  if (data !== '') event(name, data);
}

/** Gathers lines and hands them over with the next frame. */
class Frames {
  #waiting: Line[] = [];
  #frame: number | undefined;
  readonly #hand: (lines: readonly Line[]) => void;

  constructor(hand: (lines: readonly Line[]) => void) {
    this.#hand = hand;
  }

  add(line: Line): void {
    this.#waiting.push(line);
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const lines = this.#waiting;
      this.#waiting = [];
      this.#hand(lines);
    });
  }

  clear(): void {
    this.#waiting = [];
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }
}
