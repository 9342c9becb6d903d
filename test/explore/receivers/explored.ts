import type { ExploreOptions } from '../../../src/explore.js';
import type { Notes, VendorName } from './notes.js';
import type { Greenroom } from '../../../src/index.js';

export type MakeApp = new (room: Greenroom, vendor: VendorName) => Notes;

/** How a receiver is explored; without its state, answers and calls alone are looked at. */
export function explored(App: MakeApp, vendor: VendorName, { blunt = false } = {}): ExploreOptions<Notes> {
  return {
    app: (room) => new App(room, vendor),
    act: {
      schedule: (app, meeting) => app.schedule(meeting),
      reschedule: (app, id, { joinAt }) => app.reschedule(id, joinAt),
      cancel: (app, id) => app.cancel(id),
    },
    ...(blunt ? {} : { state: (app: Notes, id: string) => app.state(id) }),
    provider: vendor,
  };
}
