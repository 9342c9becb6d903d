/** Runners show the output of the console beside the test that wrote it. */
// oxlint-disable-next-line no-console
export const say = (text: string): void => console.error(text);
