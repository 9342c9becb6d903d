import { keptAlive } from '../clock/real-time.js';
import { openListener, type ListenerOptions } from '../listen/listener.js';
import { atItsPlace } from './settings/at-its-place.js';
import { HELP, readFlags, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { endSoon } from './terminal/end-soon.js';
import { interrupted } from './terminal/interrupted.js';
import { REMOTE_FLAGS, serverUrl, tokenOf, warnOnce, workspaceOf } from './remote.js';
import { say, warn } from './terminal/say.js';
import { onOneLine } from '../contracts/visible.js';

const USAGE = `greenroom listen takes the webhooks of a workspace of a service to this machine, until Ctrl-C:

  greenroom listen --url https://greenroom.example --token TOKEN --forward-to http://127.0.0.1:3000

It calls the service, which need not reach this machine, and calls it again when the line is cut. Webhooks for this machine
go where they say, those for other hosts to --forward-to. An advance waits for each as for a receiver beside the service.`;

const FLAGS: readonly Flag[] = [
  ...REMOTE_FLAGS,
  {
    name: 'forward-to',
    value: 'URL',
    help: 'where webhooks for other hosts than this machine go; path and query are kept',
  },
  { name: 'allow-host', value: 'HOST', many: true, help: 'let webhooks for this host out from here; may be repeated' },
  { name: 'quiet', help: 'print nothing for each webhook' },
  HELP,
];

/** `greenroom listen`: ends with 0 at Ctrl-C. */
export async function run(args: readonly string[]): Promise<number> {
  const values = readFlags('listen', FLAGS, args);
  if (values['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  warnOnce(values);
  const ended = interrupted();
  const [base, line] = [serverUrl(values), lineOf(values)];
  const listener = await openListener({
    ...line,
    ...(values['quiet'] === true
      ? {}
      : { onMessage: ({ url, answer }) => say(`${onOneLine(`${url}  ${outcomeOf(answer)}`)}\n`) }),
  }).catch(atItsPlace(values, base));
  say(`Listening to ${base}. Ctrl-C ends it.\n`);
  // While the line is cut, nothing else would.
  const letGo = keptAlive();
  try {
    await Promise.race([ended, listener.ended.catch(atItsPlace(values, base))]);
    await listener.close();
  } finally {
    letGo();
    endSoon();
  }
  return 0;
}

/** The line that the flags of a command ask for. */
export const lineOf = (values: FlagValues, workspace = workspaceOf(values)): ListenerOptions => {
  const [forwardTo, allowHosts] = [values['forward-to'], values['allow-host']];
  return {
    url: serverUrl(values),
    workspace: workspace ?? 'default',
    token: tokenOf(values),
    fetch: (request) => fetch(request),
    warn,
    ...(typeof forwardTo === 'string' ? { forwardTo } : {}),
    ...(Array.isArray(allowHosts) ? { allowHosts: allowHosts as string[] } : {}),
  };
};

const outcomeOf = ({
  outcome,
  status,
  error,
}: Parameters<NonNullable<ListenerOptions['onMessage']>>[0]['answer']): string =>
  outcome === 'answered' ? String(status) : `${outcome}${error === undefined ? '' : `: ${error}`}`;
