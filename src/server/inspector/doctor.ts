import type { Host } from '../host.js';
import { host } from '../host/node.js';

/** Finds the mistake behind a signature. */
export type Doctor = Awaited<ReturnType<Host['loadDoctor']>>;

export const loadDoctor = (): Promise<Doctor> => host.loadDoctor();
