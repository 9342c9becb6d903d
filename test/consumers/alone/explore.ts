import * as door from 'greenroom/explore';

type Options = Parameters<typeof door.explore>[0];
export const run = (options: Options) => door.explore(options);
export const begun = (...given: Parameters<Options['app']>) => ({ ...given });
export const all = { ...door };
