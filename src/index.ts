/// <reference lib="esnext.disposable" preserve="true" />
import './needs.js';
export { connectGreenroom, createGreenroom, startGreenroom, type ConnectOptions } from './start.js';
export { GreenroomError, type ErrorCode } from './errors.js';
export type {
  Advance,
  Advanced,
  ClockMode,
  ClockState,
  Hold,
  Lockstep,
  HoldState,
  PendingJob,
  RoomClock,
  Until,
  UntilLimits,
} from './client/clock.js';
export type {
  Arrived,
  Deliveries,
  Delivery,
  DeliveryAttempt,
  DeliveryMatch,
  DeliveryOf,
  DeliveryStatus,
  DeliveryWait,
  RoomDeliveries,
  WebhookMatch,
  WebhookWords,
} from './client/deliveries.js';
export type { DeliveryFault, Fault, FaultRule, MadeFault, RequestFault, RoomFaults } from './client/faults.js';
export type {
  FetchReceiver,
  GreenroomOptions,
  ListenOptions,
  WorkspaceChanges,
  WorkspaceOptions,
} from './client/options.js';
export type { RecordedRequest, RequestFilter, RequestMatch, RoomRequests, Times, Verified } from './client/requests.js';
export type { Booking, CalendarAgent, CalendarMeeting, RoomCalendar } from './client/calendar.js';
export type { Changes, Checkpoint, RecordChange, Rewind, Rewound, RoomCheckpoints } from './client/history.js';
export type { Greenroom, ListenerOptions, RoomListener, Snapshot, WorkspaceDescription } from './client/greenroom.js';
// The declarations of a user's own helpers name it.
export type { Narrowed } from './client/narrowed.js';
export type { Subject, SubjectAnswer, SubjectLike } from './client/subject.js';
export type {
  CastingMatch,
  CastingRule,
  NamedScenario,
  RoomCasting,
  RoomScenarios,
  ScenarioFile,
  ScenarioSource,
  ScenarioSummary,
} from './client/scenarios.js';
export type {
  BackstageLine,
  DeliveryLine,
  EntryKind,
  EntryOf,
  FaultLine,
  NoteLine,
  ReadTimeline,
  RequestLine,
  TimelineEntry,
  TimelineOptions,
  TransitionLine,
  ViolationLine,
} from './client/timeline.js';
export type {
  AgentState,
  AttendeeAccess,
  AttendeeOperation,
  AttendeeSettings,
  BotState,
  CronofyAccess,
  CronofyOperation,
  CronofySettings,
  OperationId,
  ProviderName,
  SubjectReference,
  SubjectState,
  VendorName,
  WebhookType,
} from './client/vendors.js';
export type * from './client/own-vendors.js';
export type * from './client/words.js';
export type {
  AttendeeWebhook,
  AttendeeWebhookBodies,
  CronofyWebhook,
  CronofyWebhookBodies,
  WebhookBodies,
} from './contracts/webhooks.js';
export type {
  CoverageItem,
  CoverageKind,
  CoverageReport,
  NextStep,
  ProviderCoverage,
} from './contracts/coverage/coverage.js';
