import * as door from 'greenroom/jest';

export const open = () => door.testRoom();
export const parts = async () => ({ ...(await open()) });
export const advance = async () => (await open()).clock.advance({ by: '1h' });
export const delivered = async () => (await (await open()).deliveries.list()).deliveries;
export const lines = async () => (await (await open()).timeline()).entries;
export const all = { ...door };
