import { METHOD_NAME_ALL, type Result, type Router } from 'hono/router';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { SmartRouter } from 'hono/router/smart-router';
import { TrieRouter } from 'hono/router/trie-router';
import { tryDecodeURIComponent } from 'hono/utils/url';

const VARIABLE = /[:*]/;

/** Whether a path has neither parameters nor a wildcard. */
export const isWhole = (path: string): boolean => !VARIABLE.test(path);

/**
 * Looks for whole paths before those with parameters. Hono's fast router does not take `/sessions/end` beside
 * `/sessions/:id/media`; one such pair, and its slow one would find the way of every call. Its routers make their tables of all
 * paths at the first call, which the first answer of a process waits for: whole paths need none. Each path here has one handler.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = 'PathRouter';
  readonly #whole = new Map<string, (readonly [method: string, found: Result<T>])[]>();
  readonly #variable = new SmartRouter<T>({ routers: [new RegExpRouter(), new TrieRouter()] });

  add(method: string, path: string, handler: T): void {
    if (!isWhole(path)) return this.#variable.add(method, path, handler);
    const methods = this.#whole.get(path) ?? [];
    methods.push([method, [[[handler, {}]]]]);
    this.#whole.set(path, methods);
  }

  match(method: string, path: string): Result<T> {
    const first = this.#whole.get(path)?.find(([taken]) => taken === method || taken === METHOD_NAME_ALL);
    return first === undefined ? this.#variable.match(method, path) : first[1];
  }

  /** What a path leads to, with its parameters decoded, for who needs no more than that. */
  find(
    method: string,
    path: string,
  ): { readonly handler: T; readonly params: Readonly<Record<string, string>> } | undefined {
    const [[first], stash] = this.match(method, path);
    if (first === undefined) return undefined;
    const [handler, places] = first;
    const params: Record<string, string> = {};
    for (const name in places) {
      const place = places[name]!;
      params[name] = tryDecodeURIComponent(typeof place === 'number' ? stash![place]! : place);
    }
    return { handler, params };
  }
}
