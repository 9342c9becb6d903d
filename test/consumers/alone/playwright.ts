import * as door from 'greenroom/playwright';

export const fixtures = door.roomFixtures();
export const advance = ({ room }: door.RoomFixtures) => room.clock.advance({ by: '1h' });
export const all = { ...door };
