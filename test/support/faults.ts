import { expect } from 'vitest';
import { control } from './room.js';

type Room = Parameters<typeof control>[0];

/** Makes a fault rule, and gives its id. */
export async function fault(room: Room, rule: object, workspace?: string): Promise<string> {
  const { status, json, text } = await control(room, 'POST', '/faults', rule, workspace);
  expect(status, text).toBe(201);
  return json.id;
}

/** How often each rule has struck, by id. */
export async function strikes(room: Room): Promise<Record<string, number>> {
  const { json } = await control(room, 'GET', '/faults');
  const { faults } = json as { faults: { id: string; struck: number }[] };
  return Object.fromEntries(faults.map(({ id, struck }) => [id, struck]));
}

/** The summaries of the timeline's lines of these kinds. */
export async function told(room: Room, ...kinds: string[]): Promise<string[]> {
  const { json } = await control(room, 'GET', '/timeline');
  const { entries } = json as { entries: { kind: string; summary: string }[] };
  return entries.filter(({ kind }) => kinds.includes(kind)).map(({ summary }) => summary);
}
