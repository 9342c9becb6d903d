const RUNTIMES = { bun: 'Bun', deno: 'Deno' };

let hasWarned = false;

/** Says it once in a runtime whose `node:http` cannot be intercepted: such a request would be a call to the real vendor. */
export function warnOfOtherRuntimes(): void {
  const [, name] = Object.entries(RUNTIMES).find(([key]) => key in process.versions) ?? [];
  if (name === undefined || hasWarned) return;
  hasWarned = true;
  process.emitWarning(
    `In ${name}, greenroom intercepts only fetch. A request by node:http or node:https, such as those of axios and got, calls the real host ` +
      'or loses its headers: give such a client the URL of a room that listens (startGreenroom).',
    'GreenroomWarning',
  );
}
