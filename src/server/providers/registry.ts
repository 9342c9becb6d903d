import { attendee } from './attendee/index.js';
import { cronofy } from './cronofy/index.js';
import type { Provider } from './provider.js';

/** Every vendor that greenroom stands in for. */
export const PROVIDERS: readonly Provider[] = [cronofy, attendee];
