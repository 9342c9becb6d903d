import { Type } from '@sinclair/typebox';
import { Whole } from './fields.js';
import { Changes, Checkpoint, CheckpointBody, CheckpointList, RewindBody, Rewound } from './history.js';
import { done, json, ok, okOrText, operation } from './operation.js';

/** Going back in time, and taking a life elsewhere. */
export const historyOperations = [
  operation('rewind', 'POST /clock/rewind', {
    summary: 'Make the world what it was; what came after is kept as a branch',
    body: RewindBody,
    ok: ok('What time it is now, and how to get back', Rewound),
  }),
  operation('readRun', 'GET /run', {
    summary: 'What the workspace has lived, as a file from which it can be lived again',
    ok: [
      200,
      {
        description: 'One line of JSON for each input; greenroom replay reads it',
        body: Type.String(),
        contentType: 'application/jsonl',
      },
    ],
  }),
  operation('listCheckpoints', 'GET /checkpoints', {
    summary: 'Places that can be gone back to',
    ok: ok('The checkpoints', CheckpointList),
  }),
  operation('addCheckpoint', 'POST /checkpoints', {
    summary: 'Mark the present as a place that can be gone back to',
    body: CheckpointBody,
    ok: [201, json('The checkpoint', Checkpoint)],
  }),
  operation('deleteCheckpoint', 'DELETE /checkpoints/{name}', { summary: 'Forget a checkpoint', ok: done }),
  operation('listChanges', 'GET /changes', {
    summary: 'What is not as it was at a checkpoint, and who changed it',
    query: Type.Object({ since: Type.String({ description: 'A checkpoint' }), limit: Whole }),
    ok: okOrText('The changes', Changes),
  }),
];
