import { beforeEach } from 'vitest';

/** The stated list: tests of the journeys that are otherwise on a Worker, and why. deploy/workers/README.md says the same in words. */
const DIFFERENCES: readonly (readonly [name: RegExp, why: string])[] = [
  [/^A fault on a request > (resets|cuts|leaves an answer|stands in)/, 'faults that cut a connection are refused'],
  [/ in this process$| a room without a socket /, 'functions of this process are not those of a Worker'],
  [/^Where the answer is lost > a receiver that is down/, 'a refused connection is told as one that was dropped'],
  [/ has the port where nobody listens$| tell receivers apart without the ports/, 'the same'],
  [/ an?other machine is (captured|not fetched)/, 'what lets a webhook out is not a flag'],
  [/ answers and then calls the API is served at the instant/, 'quiet time is real time, and a network may be slower'],
  [/the \{\} body of a GET /, 'the runtime drops the body of a GET'],
  [/ with the authorization "", /, 'the runtime drops an empty header'],
  [/ a 429 is empty, | answered 202 with nothing at all$/, 'the runtime sends no Content-Length of an empty answer'],
  [
    /^A rewind > undoes faults, casting, settings and an API key/,
    'a rewind takes a key back only if nobody else has it',
  ],
  [
    / a deleted workspace takes its credentials with it$/,
    'without a token, `default` lets in what nobody has any more',
  ],
  [/ of streams opens another once a client has gone$/, 'that a client has gone is heard of with a later line'],
  [
    /^A message of a service > goes to (no address|an allowed host)/,
    'the runtime resolves names, and judges addresses',
  ],
  [/ of streams opens no more until one ends/, 'the runtime does not say that a client has gone'],
];

beforeEach(({ task, skip }) => {
  const names = [task.name];
  for (let suite = task.suite; suite; suite = suite.suite) names.unshift(suite.name);
  const [, why] = DIFFERENCES.find(([name]) => name.test(names.join(' > '))) ?? [];
  if (why !== undefined) skip(why);
});
