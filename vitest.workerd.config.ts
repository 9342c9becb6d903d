import { defineConfig } from 'vitest/config';

/** What CI plays of the journeys: lives of both vendors' agents. `GREENROOM_WORKERD=all npm run workerd` plays all. */
const SOME = [
  'test/journeys/attendee-{calendars,content,recording,scheduling,timers}.test.ts',
  'test/journeys/cronofy-{booking,callbacks,channels,credentials,events,oauth,resources,scheduling}.test.ts',
  'test/journeys/{casting,clock,deliveries,delivery-faults,request-faults,rewind}.test.ts',
];
/** The rest is about the process or the machine that greenroom runs on, or counts from its start. */
const ALL = ['test/journeys/*.test.ts', 'test/attendee/*.test.ts'];
const OF_A_PROCESS = ['coverage', 'control-input', 'pace.slow', 'lockstep', 'intercept'].map(
  (name) => `test/journeys/${name}.test.ts`,
);

/** The Worker of deploy/workers in workerd; see scripts/workerd.mjs. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // As in vitest.config.ts, with the files that `npm test` has left there.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          name: 'workerd',
          include: ['deploy/workers/test/**/*.test.ts'],
          setupFiles: ['test/support/this-machine.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          /** The same journeys as on Node, on one Worker, one after the other. */
          name: 'journeys',
          include: process.env['GREENROOM_WORKERD'] === 'all' ? ALL : SOME,
          exclude: OF_A_PROCESS,
          globalSetup: ['deploy/workers/test/journeys.ts'],
          setupFiles: ['test/support/this-machine.ts', 'deploy/workers/test/differences.ts'],
          isolate: false,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          /** What a service keeps apart, on another Worker, which has a token. */
          name: 'service',
          include: ['test/shared/{apart,exec.slow,fixtures,limits,listen,routes,tenants}.test.ts'],
          globalSetup: ['deploy/workers/test/service.ts'],
          setupFiles: ['test/support/this-machine.ts', 'deploy/workers/test/differences.ts'],
          isolate: false,
          fileParallelism: false,
        },
      },
    ],
  },
});
