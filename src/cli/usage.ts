/** What `greenroom --help` says before its flags. Few starts print it, so it is read from beside the bundle. */
export const usageOf = (version: string, apis: string): string =>
  `greenroom ${version}: the ${apis} on your machine

  greenroom [start] [flags]   serve until interrupted
  greenroom serve --shared    serve a team: a token for each workspace, limits, times to live
  greenroom exec -- CMD       run a command against a greenroom of its own
  greenroom listen            take the webhooks of a service to this machine
  greenroom env               the environment variables that point an app here
  greenroom demo              one agent and one bot, from scheduling to the end, in a second
  greenroom init              write a test, a settings file and a CI job into a project
  greenroom check KIND …      judge traffic, a receiver, a live provider or scenarios by the contracts
  greenroom clock …           show or move the clock of a running greenroom
  greenroom timeline          what happened in it
  greenroom checkpoint        keep a place to go back to
  greenroom rewind            go back to one, to an instant, or to the moment before a call
  greenroom changes           what is not as it was at a checkpoint, and who changed it
  greenroom explore URL       find the failures of an app that nobody has thought of
  greenroom prove STORY URL   play a story against two revisions of an app
  greenroom coverage          what of the contracts was exercised, and what to add next
  greenroom replay RUN        what happened in a run that somebody attached, or that world, served again
  greenroom doctor signature  which mistake is behind a signature that does not fit
  greenroom export KIND       the contracts, scenarios and recordings for other tools

Every flag but --help and --version can also come from the environment (GREENROOM_PORT, …) or from greenroom.config.{ts,mjs,js,json};
so can those of serve. What only exec has, such as --lockstep, can come from the environment. The commands that talk to a running
greenroom take from the environment where it is and what lets them in: GREENROOM_URL, GREENROOM_WORKSPACE, GREENROOM_TOKEN and
GREENROOM_CONTROL_TOKEN. exec with GREENROOM_URL runs against that service.`;
