/** A server said no, or is not there. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const TOKEN = 'greenroom-token';

/** The control plane of one workspace, as this page may call it. */
export class Server {
  workspace = 'default';
  #token: string | undefined;

  constructor() {
    const { hash, pathname, search } = location;
    const given = new URLSearchParams(hash.slice(1)).get('token');
    this.#token = given ?? stored() ?? undefined;
    // Whoever looks over a shoulder, or gets the link, need not see the token.
    if (given !== null) {
      this.keepToken(given);
      history.replaceState(null, '', pathname + search);
    }
    this.workspace = new URLSearchParams(search).get('workspace') ?? 'default';
  }

  keepToken(token: string): void {
    this.#token = token;
    try {
      sessionStorage.setItem(TOKEN, token);
    } catch {
      // A page without storage asks again after a reload.
    }
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** Throws {@link Refused}. */
  async fetch(path: string, init: RequestInit = {}, workspace = this.workspace): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('greenroom-workspace', workspace);
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    let response: Response;
    try {
      response = await fetch(`/_greenroom${path}`, { ...init, headers });
    } catch {
      throw new Refused(0, `greenroom does not answer at ${location.origin}. Is it still running?`);
    }
    if (response.ok) return response;
    throw new Refused(response.status, await detailOf(response));
  }

  async get<T>(path: string, workspace = this.workspace): Promise<T> {
    return (await (await this.fetch(path, {}, workspace)).json()) as T;
  }

  /** The answer of a call that changes something; `undefined` if that is empty. */
  async send<T>(method: string, path: string, body?: unknown): Promise<T | undefined> {
    const response = await this.fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as T);
  }
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(TOKEN);
  } catch {
    return null;
  }
}

async function detailOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as { readonly detail: string }).detail;
  } catch {
    return text === '' ? `Answered ${response.status}.` : text;
  }
}
