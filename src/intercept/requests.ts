import { getGlobalSymbol, type HttpRequestEventMap, type Interceptor } from '@mswjs/interceptors';

type Hear = (...given: HttpRequestEventMap['request']) => Promise<void>;

/** What catches the requests of a kind in this process: there is one, and whoever comes later listens to it. */
interface Running {
  readonly emitter: {
    readonly prependListener: (event: 'request', hear: Hear) => unknown;
    readonly listenerCount: (event: 'request') => number;
    addListener: (...given: never) => unknown;
    removeListener: (event: 'request', hear: Hear) => unknown;
  };
  readonly apply: () => void;
  readonly dispose: () => void;
}

/** A kind of requests; by its symbol all find what catches them. */
interface Kind {
  readonly symbol: symbol;
  new (): Interceptor<HttpRequestEventMap>;
}

/**
 * Has a listener hear the requests of a kind before all others, such as those of Mock Service Worker. Returns what ends that,
 * and leaves alone what others have begun, or go on with.
 */
export function hearFirst(kind: Kind, hear: Hear): () => void {
  const { emitter } = getGlobalSymbol<Running>(kind.symbol) ?? begin(kind);
  emitter.prependListener('request', hear);
  return () => void emitter.removeListener('request', hear);
}

/**
 * Catches requests as long as somebody listens; for good once somebody else has, who listens to this one ever after, and would
 * hear nothing if requests were caught by another.
 */
function begin(kind: Kind): Running {
  const running = new kind() as unknown as Running;
  const { emitter } = running;
  const add = emitter.addListener.bind(emitter);
  const remove = emitter.removeListener.bind(emitter);
  let isShared = false;
  emitter.addListener = (...given) => {
    isShared = true;
    return add(...given);
  };
  emitter.removeListener = (...given) => {
    remove(...given);
    // Another who is closed has the symbol forgotten first.
    if (isShared) Reflect.set(globalThis, kind.symbol, running);
    else if (emitter.listenerCount('request') === 0) running.dispose();
  };
  running.apply();
  return running;
}
