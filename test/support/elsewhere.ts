/** The URL of a greenroom that runs already: tests use its workspace `default`, one after the other. */
export type Elsewhere = string | undefined;

/** The token of the service that tests have. */
export const SERVER_TOKEN = 'a-token-that-nobody-guesses';

declare module 'vitest' {
  interface ProvidedContext {
    readonly elsewhere: Elsewhere;
    /** The same of a service that strangers share, with the token that tests have. */
    readonly service: Elsewhere;
  }
}
