import { checkTraffic } from '../../checks/traffic/check.js';
import { TRAFFIC_RULES } from '../../checks/traffic/rules.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import { profilesWith } from '../settings/vendors.js';
import type { CheckCommand } from './command.js';
import { namedVersions, VENDOR_VERSION_FLAG } from './versions.js';

/** `greenroom check traffic FILE…`. */
export const command: CheckCommand = {
  usage: `greenroom check traffic FILE… judges recorded calls of the vendors: HAR files, or the journal of a greenroom
(GET /_greenroom/requests), packed with gzip or not; - is standard input.`,
  flags: [
    {
      name: 'base-url',
      value: 'PROVIDER=URL',
      many: true,
      help: `another host of a vendor: ${VENDOR_LIST.at(-1)!.name}=https://bots.example`,
    },
    VENDOR_VERSION_FLAG,
    { name: 'refused', help: 'judge also what was sent in requests that the vendor refused' },
  ],
  rules: TRAFFIC_RULES,
  check: async (words, values, own = []) => {
    if (words.length === 0) {
      throw new GreenroomError(
        'USAGE',
        'Failed to check traffic: expected a file, was nothing. greenroom check traffic app.har judges one, - reads standard input.',
      );
    }
    const baseUrls = (values['base-url'] ?? []) as readonly string[];
    const vendors = profilesWith(own);
    const versions = await namedVersions(values, vendors);
    return checkTraffic(words, { vendors, baseUrls, versions, refused: values['refused'] === true });
  },
};
