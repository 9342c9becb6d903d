// The helpers of a user's own package, which others build upon: its declarations must be able to name what greenroom gives.
import { connectGreenroom, createGreenroom, startGreenroom, type Greenroom } from 'greenroom';
import { expectExplored, explore } from 'greenroom/explore';
import { intercept } from 'greenroom/intercept';
import * as jest from 'greenroom/jest';
import * as playwright from 'greenroom/playwright';
import * as testing from 'greenroom/testing';
import * as vitest from 'greenroom/vitest';
import * as webhooks from 'greenroom/webhooks';

export const starts = { connectGreenroom, createGreenroom, startGreenroom };
export const explores = { expectExplored, explore };
export const doors = [jest, playwright, testing, vitest, webhooks].map((door) => ({ ...door }));
export const ofVitest = vitest.roomFixtures();
export const ofPlaywright = playwright.roomFixtures();
export const openRoom = () => testing.testRoom();
export const lead = (room: Greenroom) => intercept(room);

export const parts = (room: Greenroom) => ({ ...room });
export const ofClock = ({ clock }: Greenroom) => ({ ...clock });
export const ofDeliveries = ({ deliveries }: Greenroom) => ({ ...deliveries });
export const ofRequests = ({ requests }: Greenroom) => ({ ...requests });
export const ofFaults = ({ faults }: Greenroom) => ({ ...faults });
export const ofCasting = ({ casting }: Greenroom) => ({ ...casting });
export const ofScenarios = ({ scenarios }: Greenroom) => ({ ...scenarios });
export const ofCalendar = ({ calendar }: Greenroom) => ({ ...calendar });
export const advance = ({ clock }: Greenroom) => clock.advance({ by: '1h' });
export const hold = ({ clock }: Greenroom) => clock.hold({ reason: 'work' });
export const lines = async (room: Greenroom) => (await room.timeline()).entries;
export const first = async ({ deliveries }: Greenroom) => (await deliveries.list()).deliveries[0];
export const arrived = ({ deliveries }: Greenroom) => deliveries.wait({ match: { type: 'bot.state_change' } });
export const changes = (room: Greenroom) => room.changes({ since: 'before' });
export const told = (body: string) => webhooks.verifyAttendee({ body, signature: null, secret: 'c2VjcmV0' });
