import { afterAwake } from '../../../clock/real-time.js';
import type { Answer, Message, Patience, Transport } from './attempt.js';
import {
  destinations,
  readHosts,
  whyUnusable,
  type Destination,
  type DestinationOptions,
  type FetchReceiver,
} from './destination.js';
import { isLoopback } from '../../../loopback.js';
import { knownUrl } from '../../../read-url.js';
import { RESPONSE_KEPT, type Connections } from '../../host.js';
import { host } from '../../host/node.js';
import { messageOf } from '../../../errors.js';

/** Sends to this machine and to receivers in this process; everything else stays here. Throws USAGE, see {@link destinations}. */
export function createTransport(
  options: DestinationOptions = {},
  connections: Connections = host.connect(),
): Transport & { close: () => void } {
  return {
    destinationOf: destinations(options),
    send: (destination, message, patience) =>
      firstAnswer(patience, (finish) => {
        if (destination.kind === 'network')
          return connections.send(destination.url, message, { finish, connected: patience.onConnected });
        if (destination.kind === 'function') void ask(destination, message).then(finish);
        else if (destination.kind === 'unusable') finish({ outcome: 'dropped', error: destination.reason });
        else finish({ outcome: 'captured', error: `nobody takes messages for ${destination.url.hostname} from here` });
        return () => undefined;
      }),
    close: connections.close,
  };
}

/** Where the server sent that wrote a run; its receivers by their origins alone. */
export interface Elsewhere extends Omit<DestinationOptions, 'receivers'> {
  readonly receivers: readonly string[];
}

const absent: FetchReceiver = () => Response.error();

/**
 * Decides as another server did. What would reach a function of its process, or a host that was opened there alone, is
 * captured when it is sent.
 */
export function transportOf(elsewhere: Elsewhere, here: DestinationOptions): ReturnType<typeof createTransport> {
  const { receivers = {} } = here;
  const allowHosts = readHosts(here.allowHosts ?? []);
  const absentees = Object.fromEntries(elsewhere.receivers.map((origin) => [origin, absent]));
  const transport = createTransport({ ...elsewhere, receivers: { ...absentees, ...receivers } });
  const reasonToKeep = (destination: Destination): string | undefined => {
    if (destination.kind === 'function' && destination.receiver === absent)
      return `a function of the process that made the run received what is for ${destination.url.origin}, and it is not here`;
    if (destination.kind !== 'network') return undefined;
    const { hostname } = destination.url;
    if (isLoopback(hostname) || allowHosts.includes(hostname)) return undefined;
    return `${hostname} was open where the run was made, and is not here (--allow-host ${hostname} lets it out)`;
  };
  return {
    ...transport,
    send: async (destination, message, patience) => {
      const error = reasonToKeep(destination);
      return error === undefined ? transport.send(destination, message, patience) : { outcome: 'captured', error };
    },
  };
}

/** Carries messages to a machine that cannot be reached from here. */
export interface Carrier {
  /** Takes a message on, and calls back with the answer; the returned function gives it up. */
  readonly carry: (url: URL, message: Message, guardMs: number | undefined, finish: Finish) => () => void;
  /** Real milliseconds beyond the guard that an answer may take because of the way. */
  readonly slackMs: number;
}

/** What can be sent at all is carried to another machine, which decides where it goes there. */
export const withCarrier = (carrier: Carrier): Transport => ({
  destinationOf(target) {
    const reason = whyUnusable(target);
    return reason === undefined ? { kind: 'relayed', url: knownUrl(target)! } : { kind: 'unusable', reason };
  },
  send: (destination, message, { guardMs, onEnd }) =>
    firstAnswer({ guardMs: guardMs === undefined ? undefined : guardMs + carrier.slackMs, onEnd }, (finish) => {
      if (destination.kind === 'relayed') return carrier.carry(destination.url, message, guardMs, finish);
      finish({ outcome: 'dropped', error: 'reason' in destination ? destination.reason : 'it leads nowhere' });
      return () => undefined;
    }),
});

/** The same transport, but what is for these origins goes to functions of this process. */
export function withReceivers(transport: Transport, receivers: ReadonlyMap<string, FetchReceiver>): Transport {
  return {
    ...transport,
    destinationOf(target) {
      const url = receivers.size > 0 ? knownUrl(target) : undefined;
      const receiver = url && receivers.get(url.origin);
      return receiver ? { kind: 'function', url, receiver } : transport.destinationOf(target);
    },
  };
}

type Finish = (answer: Answer) => void;

/** Resolves with the first of these: the answer, the end of the guard's time, the end of the world. */
function firstAnswer({ guardMs, onEnd }: Patience, start: (finish: Finish) => () => void): Promise<Answer> {
  return new Promise((resolve) => {
    let abandon = (): void => undefined;
    const ends: (() => void)[] = [];
    const finish: Finish = (answer) => {
      for (const end of ends) end();
      resolve(answer);
    };
    const giveUp = (answer: Answer): void => {
      finish(answer);
      abandon();
    };
    const silent: Answer = { outcome: 'timeout', error: `no answer within ${guardMs} ms of real time` };
    if (guardMs !== undefined) ends.push(afterAwake(guardMs, () => giveUp(silent)));
    ends.push(onEnd((why = 'the world has ended') => giveUp({ outcome: 'dropped', error: why })));
    try {
      abandon = start(finish);
    } catch (error) {
      finish({ outcome: 'dropped', error: messageOf(error) });
    }
  });
}

async function ask({ url, receiver }: Extract<Destination, { kind: 'function' }>, message: Message): Promise<Answer> {
  try {
    const response = await receiver(
      new Request(withoutCredentials(url), {
        method: message.method ?? 'POST',
        headers: message.headers,
        ...(message.method === 'GET' ? {} : { body: message.body }),
      }),
    );
    if (!isResponse(response))
      return { outcome: 'dropped', error: `the receiver gave ${given(response)} and no Response` };
    const text = (await response.text()).slice(0, RESPONSE_KEPT);
    return {
      outcome: 'answered',
      status: response.status,
      ...(text ? { response: text } : {}),
      ...(message.method === 'GET' ? { type: response.headers.get('content-type') ?? '' } : {}),
    };
  } catch (error) {
    return { outcome: 'dropped', error: messageOf(error) };
  }
}

/** By its shape: runners have worlds of their own, with a Response of their own. */
const isResponse = (value: Partial<Response> | null | undefined): value is Response =>
  typeof value?.text === 'function' && typeof value.status === 'number';

const given = (value: unknown): string =>
  value === undefined ? 'nothing' : value === null ? 'null' : `a value of the type ${typeof value}`;

/** The fetch API refuses to make a request for a URL with a user name. */
const withoutCredentials = (url: URL): URL => Object.assign(new URL(url), { username: '', password: '' });
