import type { Result, Router } from 'hono/router';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { SmartRouter } from 'hono/router/smart-router';
import { TrieRouter } from 'hono/router/trie-router';

const VARIABLE = /[:*]/;

/**
 * Looks for whole paths before those with parameters. Hono's fast router does not take `/sessions/end` beside
 * `/sessions/:id/media`; one such pair, and its slow one would find the way of every call. Each path here has one handler.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = 'PathRouter';
  readonly #whole = new RegExpRouter<T>();
  readonly #variable = new SmartRouter<T>({ routers: [new RegExpRouter(), new TrieRouter()] });

  add(method: string, path: string, handler: T): void {
    (VARIABLE.test(path) ? this.#variable : this.#whole).add(method, path, handler);
  }

  match(method: string, path: string): Result<T> {
    const found = this.#whole.match(method, path);
    return found[0].length > 0 ? found : this.#variable.match(method, path);
  }
}
