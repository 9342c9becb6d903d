import dns from 'node:dns';
import net from 'node:net';
import { afterEach } from 'vitest';

/** No test reaches, or tries to reach, an address outside this machine: the test that does fails with the address. */
interface Guard {
  readonly attempts: string[];
}

const KEY = Symbol.for('greenroom.test.this-machine');
const guarded = globalThis as { [KEY]?: Guard };
/** Files that share a process share the guard. */
const { attempts } = (guarded[KEY] ??= setUp());

afterEach(() => {
  const reached = attempts.splice(0);
  if (reached.length > 0) throw new Error(`A test tried to reach another machine: ${reached.join(', ')}`);
});

function setUp(): Guard {
  const attempts: string[] = [];
  const refuse = (address: string): NodeJS.ErrnoException => {
    attempts.push(address);
    return Object.assign(new Error(`no test may reach ${address}`), { code: 'EACCES' });
  };
  guardConnections(refuse);
  guardLookups(refuse);
  return { attempts };
}

type Refuse = (address: string) => NodeJS.ErrnoException;

const isHere = (host: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|::1?|)$/.test(host.replace(/^\[|\]$/g, ''));

function guardConnections(refuse: Refuse): void {
  const connect = Reflect.get(net.Socket.prototype, 'connect');
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    // Node itself hands the arguments on as one list.
    const [target, second] = (Array.isArray(args[0]) ? args[0] : args) as [unknown, unknown];
    const options = (typeof target === 'object' ? target : { host: second }) as net.TcpNetConnectOpts;
    const host = typeof options.host === 'string' ? options.host : '';
    if (isHere(host)) return Reflect.apply(connect, this, args) as net.Socket;
    const refused = refuse(`${host}:${options.port}`);
    queueMicrotask(() => this.destroy(refused));
    return this;
  };
}

const isLocalName = (name: string): boolean => name === 'localhost' || net.isIP(name) !== 0;

function guardLookups(refuse: Refuse): void {
  const { lookup } = dns;
  dns.lookup = Object.assign(function (name: string, ...rest: unknown[]) {
    if (isLocalName(name)) return Reflect.apply(lookup, dns, [name, ...rest]) as void;
    const callback = rest.at(-1) as (error: Error) => void;
    queueMicrotask(() => callback(refuse(name)));
  }, lookup) as typeof lookup;

  const { lookup: lookupAsync } = dns.promises;
  dns.promises.lookup = (async (name: string, ...rest: unknown[]) => {
    if (!isLocalName(name)) throw refuse(name);
    return Reflect.apply(lookupAsync, dns.promises, [name, ...rest]) as unknown;
  }) as typeof lookupAsync;
}
