/** What takes the place of clock/rest/host-work.ts: a Worker has no app in its process whose work could be waited for. */
export const hostWork = (): number => 0;
export const operations = (): string[] => [];
export const requestsSince = (): number => 0;
