import { Type } from '@sinclair/typebox';
import type { DescribedApi } from '../openapi.js';
import type { VendorProfile } from '../vendor.js';
import { BackstageBody } from './backstage.js';
import { backstageOperations } from './backstage-operations.js';
import { CalendarPlan } from './calendar.js';
import { AdvanceReport, ClockState, HoldBody, PatchClockBody, PendingJob, ProbeVariables } from './clock.js';
import { DELIVERY_STATUSES, DeliveryAttempt } from './deliveries.js';
import { FaultList, MadeFault } from './faults.js';
import { Anything, Cut, Made, NoBody, Problem, Whole, wordOf } from './fields.js';
import { Changes, Checkpoint, CheckpointBody, RewindBody } from './history.js';
import { relayOperations } from './relay-operations.js';
import { historyOperations } from './history-operations.js';
import { inspectorOperations } from './inspector-operations.js';
import { ExplainBody, SignatureExplanation, VendorFactsList } from './recording.js';
import { ContractViolation, Verification } from './requests.js';
import { NamedScenario, ScenarioList } from './scenario-list.js';
import { done, json, ok, okOrText, operation } from './operation.js';
import { scenarioFileFor } from './scenario.js';
import { controlSchemas, type ControlSchemas } from './schemas.js';
import { LINE_KINDS, Timeline, TimelineEntry } from './timeline.js';
import { orList, providerIn, subjectKeysOf } from './vendor-fields.js';
import { workspaceOperations } from './workspace-operations.js';
import { Health, WORKSPACE_HEADER } from './workspaces.js';

const Text = Type.Optional(Type.String());
const Status = Type.Optional(Type.Integer({ minimum: 100, maximum: 599 }));
const subjectOf = (vendors: readonly VendorProfile[]) => {
  const keys = subjectKeysOf(vendors).map((key) => `${key}:…`);
  return { subject: Type.Optional(Type.String({ description: `A vendor id, or ${keys.join(', ')}` })) };
};
const window = { after: Whole, before: Whole, limit: Whole };

const clockOperations = (schemas: ControlSchemas) => [
  operation('readClock', 'GET /clock', {
    summary: 'What time it is, and what is due',
    query: Type.Object({ limit: Whole, wait: Type.Optional(wordOf(['true', 'false'])) }),
    ok: ok('The clock', ClockState),
  }),
  operation('patchClock', 'PATCH /clock', {
    summary: 'Change mode, speed or quiet time',
    body: PatchClockBody,
    ok: ok('The clock', ClockState),
  }),
  operation('advance', 'POST /clock/advance', {
    summary: 'Move time: by, to, next or until',
    body: schemas.AdvanceBody,
    ok: ok('What ran', AdvanceReport),
  }),
  operation('admitProbes', 'POST /clock/probes', {
    summary: 'Let the processes of an app say when they are at rest',
    ok: ok('Variables for the environment of the app', ProbeVariables),
  }),
  operation('hold', 'POST /clock/hold', {
    summary: 'Time stands until the hold is released',
    body: HoldBody,
    ok: [201, json('The hold', Made)],
  }),
  operation('release', 'DELETE /clock/hold/{id}', { summary: 'Release a hold', ok: done }),
];

const timelineOperations = (vendors: readonly VendorProfile[]) => [
  operation('readTimeline', 'GET /timeline', {
    summary: 'Everything that happened, in one order',
    query: Type.Object({
      ...subjectOf(vendors),
      kind: Type.Optional(wordOf(LINE_KINDS)),
      provider: providerIn(vendors),
      ...window,
    }),
    ok: okOrText('The timeline', Timeline),
  }),
  operation('followTimeline', 'GET /stream', {
    summary: 'The timeline as it happens: server-sent events, resumed by Last-Event-ID',
    query: Type.Object({
      ...subjectOf(vendors),
      kind: Type.Optional(wordOf(LINE_KINDS)),
      provider: providerIn(vendors),
      after: Whole,
      keep_alive: Whole,
      world: Text,
    }),
    ok: [
      200,
      {
        description: 'One event an entry: its id is seq, its data the entry as JSON; Greenroom-World names the world',
        body: Type.String(),
        contentType: 'text/event-stream',
      },
    ],
  }),
];

const callOperations = (schemas: ControlSchemas, vendors: readonly VendorProfile[]) => [
  operation('listRequests', 'GET /requests', {
    summary: 'The calls of the vendors, whole but for their secrets',
    query: Type.Object({
      provider: providerIn(vendors),
      operation: Text,
      method: Text,
      path: Text,
      status: Status,
      ...subjectOf(vendors),
      ...window,
    }),
    ok: ok('The calls', schemas.RequestList),
  }),
  operation('getRequest', 'GET /requests/{id}', {
    summary: 'One call',
    ok: ok('The call', schemas.LoggedRequest),
  }),
  operation('verifyRequests', 'POST /requests/verify', {
    summary: 'How often a call was made, and what the closest lack',
    body: schemas.VerifyBody,
    ok: ok('Whether the count is right', Verification),
  }),
  operation('listDeliveries', 'GET /deliveries', {
    summary: 'The webhooks, with every attempt',
    query: Type.Object({
      provider: providerIn(vendors),
      type: Text,
      ...subjectOf(vendors),
      state: Text,
      sub_type: Text,
      status: Type.Optional(wordOf(DELIVERY_STATUSES)),
      url: Text,
      ...window,
    }),
    ok: ok('The deliveries', schemas.DeliveryList),
  }),
  operation('getDelivery', 'GET /deliveries/{id}', {
    summary: 'One webhook, with every attempt',
    ok: ok('The delivery', schemas.Delivery),
  }),
  operation('explainSignature', 'POST /deliveries/{id}/signature', {
    summary: 'Which mistake explains that a signature does not fit, or that it does',
    body: ExplainBody,
    ok: ok('What the doctor says', SignatureExplanation),
  }),
  operation('waitForDeliveries', 'POST /deliveries/wait', {
    summary: 'Wait in real time until webhooks have arrived',
    body: schemas.WaitBody,
    ok: ok('The deliveries', schemas.Arrived),
  }),
  operation('redeliver', 'POST /deliveries/{id}/redeliver', {
    summary: 'The same webhook once more',
    ok: [202, json('The delivery', schemas.Delivery)],
  }),
];

const contractOperations = (vendors: readonly VendorProfile[]) => [
  operation('readCoverage', 'GET /coverage', {
    summary: 'What of the contracts was exercised',
    query: Type.Object({ provider: providerIn(vendors), workspace: Text }),
    ok: ok('The coverage', Anything),
  }),
  operation('readContract', 'GET /contracts/{document}', {
    summary: orList([...vendors.map(({ name }) => name), 'control'].map((name) => `${name}.openapi.json`)),
    ok: ok('OpenAPI 3.1', Anything),
  }),
];

const scenarioOperations = (schemas: ControlSchemas, vendors: readonly VendorProfile[]) => [
  operation('listScenarios', 'GET /scenarios', {
    summary: 'The stories that can be cast',
    ok: ok('The scenarios', ScenarioList),
  }),
  operation('getScenario', 'GET /scenarios/{name}', {
    summary: 'One scenario',
    ok: ok('The file, with its name and where it comes from', NamedScenario),
  }),
  operation('putScenario', 'PUT /scenarios/{name}', {
    summary: 'Add a scenario to the workspace, or replace one',
    body: scenarioFileFor(vendors),
    ok: ok('It is replaced', NamedScenario),
    also: { 201: json('It is added', NamedScenario) },
  }),
  operation('deleteScenario', 'DELETE /scenarios/{name}', { summary: 'Forget a scenario that was put', ok: done }),
  operation('cast', 'POST /casting', {
    summary: 'A rule: which agents play which scenario',
    body: schemas.CastingBody,
    ok: [201, json('The rule', Made)],
  }),
  operation('listCasting', 'GET /casting', { summary: 'The rules', ok: ok('The rules', schemas.CastingList) }),
  operation('deleteCastings', 'DELETE /casting', { summary: 'Forget every rule', ok: done }),
  operation('getCasting', 'GET /casting/{id}', { summary: 'One rule', ok: ok('The rule', schemas.CastingRule) }),
  operation('deleteCasting', 'DELETE /casting/{id}', { summary: 'Forget a rule', ok: done }),
  operation('addFault', 'POST /faults', {
    summary: 'Something that goes wrong with calls or deliveries',
    body: Type.Union([schemas.RequestFaultBody, schemas.DeliveryFaultBody]),
    ok: [201, json('The fault', MadeFault)],
  }),
  operation('listFaults', 'GET /faults', { summary: 'The faults', ok: ok('The faults', FaultList) }),
  operation('deleteFaults', 'DELETE /faults', { summary: 'Remove every fault', ok: done }),
  operation('deleteFault', 'DELETE /faults/{id}', { summary: 'Remove a fault', ok: done }),
];

/** The control plane as a document describes it. */
export function describeControl(version: string, vendors: readonly VendorProfile[]): DescribedApi {
  const schemas = controlSchemas(vendors);
  return {
    title: 'greenroom control plane',
    version,
    servers: ['http://127.0.0.1:4747'],
    operations: [
      ...workspaceOperations(schemas),
      ...clockOperations(schemas),
      ...historyOperations,
      ...inspectorOperations(schemas, subjectOf(vendors)),
      ...timelineOperations(vendors),
      ...relayOperations(),
      ...callOperations(schemas, vendors),
      ...contractOperations(vendors),
      ...scenarioOperations(schemas, vendors),
      ...backstageOperations(vendors),
    ],
    webhooks: [],
    shapes: shapesOf(schemas, vendors),
    headers: { 'Greenroom-Workspace': WORKSPACE_HEADER },
    refusal: {
      description: 'A problem document (RFC 9457)',
      body: Problem,
      contentType: 'application/problem+json',
    },
  };
}

/** Schemas that stand in the document where they are used. */
const NAMELESS: readonly (keyof ControlSchemas)[] = [
  'CreateWorkspaceBody',
  'PatchWorkspaceBody',
  'SnapshotBody',
  'CastingMatch',
];

/** The schemas that have a name of their own in the document. */
function shapesOf(schemas: ControlSchemas, vendors: readonly VendorProfile[]): DescribedApi['shapes'] {
  const named = Object.entries(schemas).filter(([name]) => !NAMELESS.some((nameless) => nameless === name));
  return {
    ...Object.fromEntries<unknown>(named),
    Health,
    Made,
    NoBody,
    Anything,
    Problem,
    Cut,
    PendingJob,
    ClockState,
    AdvanceReport,
    PatchClockBody,
    HoldBody,
    RewindBody,
    Checkpoint,
    CheckpointBody,
    Changes,
    TimelineEntry,
    Timeline,
    ContractViolation,
    Verification,
    DeliveryAttempt,
    ExplainBody,
    SignatureExplanation,
    VendorFactsList,
    ScenarioList,
    NamedScenario,
    Fault: MadeFault,
    FaultList,
    BackstageBody,
    CalendarPlan,
    ScenarioFile: scenarioFileFor(vendors),
  };
}
