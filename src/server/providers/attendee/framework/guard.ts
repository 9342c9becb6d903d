import { andThen, orElse, type Awaitable } from '../../../../awaitable.js';
import type { Call, Handler, Reply } from '../../provider.js';
import { sliceOf } from '../state.js';
import { indented, refuseRepresentation } from './negotiate.js';
import { Refused, serverError, unauthorized, VendorCrash } from './replies.js';
import { throttle } from './throttle.js';

/** The refusals that every call passes before its operation, in the framework's order. */
export function refuseCall(call: Call): Reply | undefined {
  const representation = refuseRepresentation(call.request);
  if (representation) return representation;
  return sliceOf(call.world).project.api_key_enabled === false
    ? unauthorized('Invalid or disabled API key', 'the API key was disabled backstage')
    : undefined;
}

/** Of its request line, the method, the path and the version included, a server of the vendor's kind takes so many bytes. */
const LINE_MAX = 4094;
const AROUND = 'GET ? HTTP/1.1'.length;
const LONG_LINE = `The URL of a call makes its request line longer than ${LINE_MAX} bytes, and is taken; gunicorn, which the vendor's public code asks for, answers 400 by default.`;

function noteLongLine({ request: { path, query }, world }: Call): void {
  // A query alone has no characters outside ASCII, and a path seldom many.
  if (query.length + path.length + AROUND > LINE_MAX) world.noteOnce('long-line', LONG_LINE);
}

/** Puts a handler behind the framework: its refusals, the project's window of POSTs, and its pages for failures. */
function guard(id: string, handler: Handler): Handler {
  return (call) => {
    noteLongLine(call);
    const refusal = refuseCall(call) ?? throttle(call.world, id);
    return andThen(refusal ?? attempt(handler, call), (reply) => indented(reply, call.request));
  };
}

/** The same for a table of handlers. */
export const guardAll = <Id extends string>(handlers: Readonly<Record<Id, Handler>>): Readonly<Record<Id, Handler>> =>
  Object.fromEntries(
    (Object.entries(handlers) as [Id, Handler][]).map(([id, handler]) => [id, guard(id, handler)]),
  ) as Record<Id, Handler>;

const attempt = (handler: Handler, call: Call): Awaitable<Reply> =>
  orElse(
    () => handler(call),
    (thrown) => {
      if (thrown instanceof Refused) return thrown.reply;
      if (thrown instanceof VendorCrash)
        return serverError(`the vendor's own code fails on what was given for ${thrown.message}`);
      throw thrown;
    },
  );
