import { Type } from '@sinclair/typebox';
import { FAILURE_REASONS, type FailureReason } from '../../../contracts/cronofy/lifecycle.js';
import { Count, wordOf } from '../../../contracts/control/fields.js';
import { defineJobs, type NoArgs } from '../../engine/jobs.js';

/** Everything that waits for its instant in Cronofy's part of a world. */
export const jobs = defineJobs<{
  activate: NoArgs;
  join: NoArgs;
  giveUp: { readonly reason: FailureReason };
  image: NoArgs;
  /** A channel tells that events have changed. */
  change: NoArgs;
  /** A disconnected profile is noticed. */
  disconnected: NoArgs;
  conference: { readonly event: string; readonly attempt: number };
  /** A trigger of an event: its subscription, and which of that one's transitions. */
  transition: { readonly event: string; readonly subscription: number; readonly index: number };
}>('cronofy', {
  giveUp: Type.Object({ reason: wordOf(FAILURE_REASONS) }),
  conference: Type.Object({ event: Type.String(), attempt: Count }),
  transition: Type.Object({ event: Type.String(), subscription: Count, index: Count }),
});
