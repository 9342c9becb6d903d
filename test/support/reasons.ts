import type { RequestLine } from '../../src/index.js';

/** The refusals of a server's calls whose line in the timeline does not say why. A fault says so itself. */
export async function unexplained(url: string): Promise<string[]> {
  const { workspaces } = (await (await fetch(`${url}/_greenroom/workspaces`)).json()) as {
    workspaces: { id: string }[];
  };
  const timelines = workspaces.map(async ({ id }) => {
    const response = await fetch(`${url}/_greenroom/timeline?kind=request&workspace=${id}`);
    return ((await response.json()) as { entries: RequestLine[] }).entries;
  });
  return (await Promise.all(timelines))
    .flat()
    .filter(({ status, reason, fault }) => (status ?? 0) >= 400 && reason === undefined && fault === undefined)
    .map(({ summary }) => summary);
}
