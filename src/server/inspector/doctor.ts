import type { Doctor } from '../host.js';
import { host } from '../host/node.js';

export const loadDoctor = (): Promise<Doctor> => host.loadDoctor();
