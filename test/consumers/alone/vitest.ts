import { expect, test as base } from 'vitest';
import * as door from 'greenroom/vitest';

expect.extend(door.matchers);
export const test = base.extend(door.roomFixtures());
export const ofApp = test.extend<{ app: string }>({ app: ({ room }, use) => use(room.url) });
export const advance = ({ room }: door.RoomFixtures) => room.clock.advance({ by: '1h' });
export const all = { ...door };
