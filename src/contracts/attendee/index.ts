import { reasonReader } from '../reasons.js';
import type { VendorProfile } from '../vendor.js';
import { access } from './access.js';
import { attendeeBackstage } from './backstage.js';
import { attendeeContract } from './contract.js';
import { hosts } from './hosts.js';
import { messages } from './messages.js';
import { probes } from './probes.js';
import { sample } from './sample.js';
import { scenario } from './scenario.js';
import { AttendeeSettings } from './settings.js';
import { signing } from './signing.js';
import { attendeeVersions } from './versions.js';

/** The Attendee bot API. */
export const attendee = {
  name: 'attendee',
  title: 'Attendee',
  agent: 'bot',
  contract: attendeeContract,
  versions: attendeeVersions,
  hosts,
  decodesPaths: true,
  signing,
  messages,
  reasonIn: reasonReader({ unnamed: ['error', 'detail', 'non_field_errors'] }),
  access,
  settings: AttendeeSettings,
  subjectKeys: ['deduplication_key'],
  sample,
  probes,
  scenario,
  backstage: { actions: attendeeBackstage, event: { kind: 'event', reason: 'sub_type' } },
} as const satisfies VendorProfile;
