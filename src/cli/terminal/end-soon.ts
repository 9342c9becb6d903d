import { after } from '../../clock/real-time.js';

const PATIENCE_MS = 500;

/** Lets the process end by itself, and ends it if something that nobody can give up, such as a name look-up, keeps it. */
export const endSoon = (): void => void after(PATIENCE_MS, () => process.exit());
