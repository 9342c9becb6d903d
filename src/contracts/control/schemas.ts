import { perVendors } from '../vendor-list.js';
import { castingSchemas } from './casting.js';
import { clockSchemas } from './clock.js';
import { deliverySchemas } from './deliveries.js';
import { faultSchemas } from './faults.js';
import { recordingSchemas } from './recording.js';
import { requestSchemas } from './requests.js';
import { snapshotBody } from './snapshot.js';
import { timelineLines } from './timeline.js';
import { vendorFieldsOf } from './vendor-fields.js';
import { workspaceSchemas } from './workspaces.js';

/** The schemas of the control plane that depend on the vendors. Made once for each list of vendors. */
export const controlSchemas = perVendors((vendors) => {
  const fields = vendorFieldsOf(vendors);
  const deliveries = deliverySchemas(fields);
  const casting = castingSchemas(fields);
  const requests = requestSchemas(fields);
  const lines = timelineLines(fields);
  return {
    SubjectReference: fields.SubjectReference,
    ...workspaceSchemas({ ...fields, ...casting }),
    ...clockSchemas({ ...fields, ...deliveries }),
    ...requests,
    ...deliveries,
    ...casting,
    ...faultSchemas(fields),
    ...recordingSchemas({ ...fields, ...requests, ...deliveries }),
    SnapshotBody: snapshotBody({ ...fields, ...casting, ...deliveries, ...requests, lines }),
    lines,
  };
});
export type ControlSchemas = ReturnType<typeof controlSchemas>;
