/** The URL of a greenroom that runs already: tests use its workspace `default`, one after the other. */
export type Elsewhere = string | undefined;

declare module 'vitest' {
  interface ProvidedContext {
    readonly elsewhere: Elsewhere;
  }
}
