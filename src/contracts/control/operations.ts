import { Type, type TSchema } from '@sinclair/typebox';
import { attendeeBackstage as attendeeActions } from '../attendee/backstage.js';
import { cronofyBackstage as cronofyActions } from '../cronofy/backstage.js';
import type { DescribedApi, DescribedOperation, DescribedResponse } from '../openapi.js';
import * as answers from './answers.js';
import * as bodies from './bodies.js';
import { CastingBody } from './casting.js';
import { DeliveryFaultBody, RequestFaultBody } from './faults.js';
import { ScenarioFile } from './scenario.js';
import { SnapshotBody } from './snapshot.js';

const json = (description: string, body: TSchema): DescribedResponse => ({ description, body });
const NO_CONTENT: DescribedResponse = { description: 'Done' };

interface Row {
  readonly summary: string;
  readonly ok: readonly [status: 200 | 201 | 202 | 204, answer: DescribedResponse];
  readonly body?: TSchema;
  readonly query?: TSchema;
  readonly also?: Readonly<Record<number, DescribedResponse>>;
}

/** One operation of the control plane. Every path stands under `/_greenroom`. */
const operation = (id: string, route: string, { summary, ok, body, query, also = {} }: Row): DescribedOperation => {
  const [method, path] = route.split(' ') as [string, string];
  return {
    id,
    method,
    path: `/_greenroom${path}`,
    summary,
    auth: 'control',
    ...(body ? { body } : {}),
    ...(query ? { query } : {}),
    responses: { ...also, [ok[0]]: ok[1] },
  };
};

const ok = (description: string, body: TSchema): Row['ok'] => [200, json(description, body)];
const done: Row['ok'] = [204, NO_CONTENT];

const Text = Type.Optional(Type.String());
const Whole = Type.Optional(Type.Integer({ minimum: 0 }));
const subject = {
  subject: Type.Optional(
    Type.String({ description: 'A vendor id, or scheduling_key:…, event_id:…, deduplication_key:…' }),
  ),
};
const window = { after: Whole, limit: Whole };

/** What each vendor's settings may be. */
export type VendorSettings = Readonly<Record<string, TSchema>>;

const workspaceOperations = (settings: VendorSettings) => [
  operation('health', 'GET /health', { summary: 'Whether it serves', ok: ok('It does', answers.Health) }),
  operation('listWorkspaces', 'GET /workspaces', {
    summary: 'Every workspace, with its credentials',
    ok: ok('The workspaces', answers.WorkspaceList),
  }),
  operation('createWorkspace', 'POST /workspaces', {
    summary: 'A world of its own, with its own credentials, clock and seed',
    body: bodies.CreateWorkspaceBody(settings),
    ok: [201, json('The workspace', answers.Workspace)],
  }),
  operation('getWorkspace', 'GET /workspaces/{id}', {
    summary: 'One workspace',
    ok: ok('The workspace', answers.Workspace),
  }),
  operation('patchWorkspace', 'PATCH /workspaces/{id}', {
    summary: 'Change scenario, strictness or settings',
    body: bodies.PatchWorkspaceBody(settings),
    ok: ok('The workspace', answers.Workspace),
  }),
  operation('deleteWorkspace', 'DELETE /workspaces/{id}', { summary: 'End a workspace', ok: done }),
  operation('reset', 'POST /reset', { summary: 'The workspace as on its creation', ok: done }),
  operation('takeSnapshot', 'GET /snapshot', {
    summary: 'The whole workspace as data',
    ok: ok('The snapshot', SnapshotBody),
  }),
  operation('restoreSnapshot', 'PUT /snapshot', {
    summary: 'Put a snapshot in the place of the world',
    body: SnapshotBody,
    ok: done,
  }),
];

const clockOperations = [
  operation('readClock', 'GET /clock', {
    summary: 'What time it is, and what is due',
    query: Type.Object({ limit: Whole }),
    ok: ok('The clock', answers.ClockState),
  }),
  operation('patchClock', 'PATCH /clock', {
    summary: 'Change mode, speed or quiet time',
    body: bodies.PatchClockBody,
    ok: ok('The clock', answers.ClockState),
  }),
  operation('advance', 'POST /clock/advance', {
    summary: 'Move time: by, to, next or until',
    body: bodies.AdvanceBody,
    ok: ok('What ran', answers.AdvanceReport),
  }),
  operation('hold', 'POST /clock/hold', {
    summary: 'Time stands until the hold is released',
    body: bodies.HoldBody,
    ok: [201, json('The hold', answers.Made)],
  }),
  operation('release', 'DELETE /clock/hold/{id}', { summary: 'Release a hold', ok: done }),
];

const happenedOperations = [
  operation('readTimeline', 'GET /timeline', {
    summary: 'Everything that happened, in one order',
    query: Type.Object({ ...subject, kind: Text, ...window }),
    ok: ok('The timeline; as text for people with Accept: text/plain', answers.Timeline),
  }),
  operation('followTimeline', 'GET /stream', {
    summary: 'The timeline as it happens: server-sent events, resumed by Last-Event-ID',
    query: Type.Object({ ...subject, kind: Text, after: Whole, keep_alive: Whole }),
    ok: [
      200,
      {
        description: 'One event an entry: its id is seq, its data the entry as JSON',
        body: Type.String(),
        contentType: 'text/event-stream',
      },
    ],
  }),
  operation('listRequests', 'GET /requests', {
    summary: 'The calls of the vendors, whole but for their secrets',
    query: Type.Object({
      provider: Text,
      operation: Text,
      method: Text,
      path: Text,
      status: Whole,
      ...subject,
      ...window,
    }),
    ok: ok('The calls', answers.RequestList),
  }),
  operation('verifyRequests', 'POST /requests/verify', {
    summary: 'How often a call was made, and what the closest lack',
    body: bodies.VerifyBody,
    ok: ok('Whether the count is right', answers.Verification),
  }),
  operation('listDeliveries', 'GET /deliveries', {
    summary: 'The webhooks, with every attempt',
    query: Type.Object({
      provider: Text,
      type: Text,
      ...subject,
      state: Text,
      sub_type: Text,
      status: Text,
      url: Text,
      ...window,
    }),
    ok: ok('The deliveries', answers.DeliveryList),
  }),
  operation('waitForDeliveries', 'POST /deliveries/wait', {
    summary: 'Wait in real time until webhooks have arrived',
    body: bodies.WaitBody,
    ok: ok('The deliveries', answers.DeliveryList),
  }),
  operation('redeliver', 'POST /deliveries/{id}/redeliver', {
    summary: 'The same webhook once more',
    ok: [202, json('The delivery', answers.Delivery)],
  }),
  operation('readCoverage', 'GET /coverage', {
    summary: 'What of the contracts was exercised',
    query: Type.Object({ provider: Text, workspace: Text }),
    ok: ok('The coverage', answers.Anything),
  }),
  operation('readContract', 'GET /contracts/{document}', {
    summary: 'cronofy.openapi.json, attendee.openapi.json or control.openapi.json',
    ok: ok('OpenAPI 3.1', answers.Anything),
  }),
];

/** Every kind of backstage action, with its arguments. */
const BackstageAction = Type.Union([...Object.values(attendeeActions), ...Object.values(cronofyActions)]);

const stageOperations = [
  operation('listScenarios', 'GET /scenarios', {
    summary: 'The stories that can be cast',
    ok: ok('The scenarios', answers.ScenarioList),
  }),
  operation('getScenario', 'GET /scenarios/{name}', {
    summary: 'One scenario',
    ok: ok('The file, with its name and where it comes from', answers.NamedScenario),
  }),
  operation('putScenario', 'PUT /scenarios/{name}', {
    summary: 'Add a scenario to the workspace, or replace one',
    body: ScenarioFile,
    ok: ok('It is replaced', answers.NamedScenario),
    also: { 201: json('It is added', answers.NamedScenario) },
  }),
  operation('deleteScenario', 'DELETE /scenarios/{name}', { summary: 'Forget a scenario that was put', ok: done }),
  operation('cast', 'POST /casting', {
    summary: 'A rule: which agents play which scenario',
    body: CastingBody,
    ok: [201, json('The rule', answers.Made)],
  }),
  operation('listCasting', 'GET /casting', { summary: 'The rules', ok: ok('The rules', answers.CastingList) }),
  operation('deleteCastings', 'DELETE /casting', { summary: 'Forget every rule', ok: done }),
  operation('getCasting', 'GET /casting/{id}', { summary: 'One rule', ok: ok('The rule', answers.CastingRule) }),
  operation('deleteCasting', 'DELETE /casting/{id}', { summary: 'Forget a rule', ok: done }),
  operation('addFault', 'POST /faults', {
    summary: 'Something that goes wrong with calls or deliveries',
    body: Type.Union([RequestFaultBody, DeliveryFaultBody]),
    ok: [201, json('The fault', answers.Fault)],
  }),
  operation('listFaults', 'GET /faults', { summary: 'The faults', ok: ok('The faults', answers.FaultList) }),
  operation('deleteFaults', 'DELETE /faults', { summary: 'Remove every fault', ok: done }),
  operation('deleteFault', 'DELETE /faults/{id}', { summary: 'Remove a fault', ok: done }),
  operation('backstage', 'POST /backstage', {
    summary: "Make happen now what the vendor's own side would do",
    body: BackstageAction,
    ok: ok('It has happened', answers.Anything),
  }),
];

/** The control plane as a document describes it. */
export const describeControl = (version: string, settings: VendorSettings): DescribedApi => ({
  title: 'greenroom control plane',
  version,
  servers: ['http://127.0.0.1:4747'],
  operations: [...workspaceOperations(settings), ...clockOperations, ...happenedOperations, ...stageOperations],
  webhooks: [],
  shapes: { ...answers, ...bodies, CastingBody, DeliveryFaultBody, RequestFaultBody, ScenarioFile },
  headers: { 'Greenroom-Workspace': 'Which workspace is meant; "default" without it' },
  refusal: {
    description: 'A problem document (RFC 9457)',
    body: answers.Problem,
    contentType: 'application/problem+json',
  },
});
