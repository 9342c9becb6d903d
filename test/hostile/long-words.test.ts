import { describe, expect } from 'vitest';
import { createGreenroom } from '../../src/index.js';
import { control, test } from '../support/room.js';
import { runHere } from '../support/run-here.js';

const WORD = 'x'.repeat(600);

/** What a sentence shows of it, with what else stands in that word. */
const SHOWN = /(?<!\S)\S{0,4}x{190,200}…/;

describe('A word too long to be read does not hide what an error says', () => {
  test.for([
    [WORD],
    [`--${WORD}`],
    ['check', WORD],
    ['export', WORD],
    ['replay', WORD],
    ['--clock', WORD],
    ['exec', '--scenario', WORD, '--', 'node'],
  ])('on a command line: %#', async (args) => {
    const { code, stderr } = await runHere(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(SHOWN);
    expect(stderr).not.toContain(WORD);
  });

  test('in the sentence of the control plane, whose fields have it whole', async ({ room }) => {
    for (const [method, path, body] of [
      ['POST', '/faults', { on: 'request', do: { [WORD]: 1 } }],
      ['POST', '/clock/advance', { until: { subject: WORD, state: 'ended' } }],
      ['POST', '/workspaces', { scenario: WORD }],
      ['GET', `/workspaces/${WORD}`, undefined],
    ] as const) {
      const { json } = await control(room, method, path, body);
      expect((json as { detail: string }).detail, path).toMatch(SHOWN);
      expect((json as { detail: string }).detail, path).not.toContain(WORD);
    }
    const { json } = await control(room, 'GET', `/workspaces/${WORD}`);
    expect(json).toMatchObject({ workspace: WORD });
  });

  test('in the options of a program', async () => {
    await expect(createGreenroom({ [WORD]: 1 })).rejects.toThrow(SHOWN);
    await expect(createGreenroom({ scenario: WORD })).rejects.toThrow(SHOWN);
  });

  test('and a path or a link of 450 characters is told whole', async () => {
    const path = `./${'y'.repeat(440)}.jsonl`;
    expect((await runHere(['replay', path])).stderr).toContain(path);
  });
});
