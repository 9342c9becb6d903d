import { reasonReader } from '../reasons.js';
import type { VendorProfile } from '../vendor.js';
import { access } from './access.js';
import { cronofyBackstage } from './backstage.js';
import { cronofyContract } from './contract.js';
import { hosts } from './hosts.js';
import { messages } from './messages.js';
import { probes } from './probes.js';
import { sample } from './sample.js';
import { scenario } from './scenario.js';
import { CronofySettings } from './settings.js';
import { signing } from './signing.js';
import { cronofyVersions } from './versions.js';

/** The Cronofy Meeting Agents API, and what of Cronofy stands around it. */
export const cronofy = {
  name: 'cronofy',
  title: 'Cronofy',
  agent: 'agent',
  contract: cronofyContract,
  versions: cronofyVersions,
  hosts,
  signing,
  messages,
  reasonIn: reasonReader({ unnamed: ['errors', 'description', 'error', 'error_description'], unread: ['key'] }),
  access,
  settings: CronofySettings,
  secretFields: ['code'],
  subjectKeys: ['scheduling_key', 'event_id'],
  sample,
  probes,
  scenario,
  backstage: { actions: cronofyBackstage, event: { kind: 'agent_event', reason: 'reason' } },
} as const satisfies VendorProfile;
