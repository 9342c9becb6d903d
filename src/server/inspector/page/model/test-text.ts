import { formatInstant, parseInstant, type Micros } from '../../../../clock/instant.js';
import type { Recording, Step } from '../../../../contracts/control/recording.js';
import { literal, typescriptOf } from './actions.js';
import type { View } from './filter.js';
import type { Line, LineOf } from './line.js';
import { whole } from './redaction.js';

/** What a test is written of. */
export interface TestStory {
  readonly made: Recording['made'];
  readonly view: View;
  /** What people call an agent. */
  readonly nameOf: (id: string) => string;
  /** Where the story ends. */
  readonly end: Micros;
}

/** So many reads are written down; more are left out, for they change nothing. */
const READS = 20;
/** So many agents are asserted. */
const AGENTS = 20;

/**
 * A test in TypeScript that makes the world again with the calls that made it, and asserts what the agents in sight have
 * gone through. The same seed and the same calls give the same ids.
 */
export function testText(story: TestStory): string {
  const { made, view } = story;
  const steps = made.steps.filter(({ at }) => instant(at) <= story.end);
  const receivers = receiversOf(steps);
  const agents = agentsIn(view).slice(0, AGENTS);
  const asserted = agents.flatMap((id) => assertionOf(story, id));
  const body = [
    `await using room = await createGreenroom(${optionsText(made.options, receivers)});`,
    ...new Calls(story, steps).lines(),
    '',
    ...(asserted.length === 0 ? ['expect((await room.timeline()).entries).not.toEqual([]);'] : asserted),
  ];
  return [
    "import { createGreenroom } from 'greenroom';",
    "import { expect, test } from 'vitest';",
    '',
    `test(${literal(titleOf(story, agents))}, async () => {`,
    ...body.map((line) => (line === '' ? '' : indented(line))),
    '});',
    ...(receivers.size === 0 ? [] : ['', ...ANSWERING]),
    '',
  ].join('\n');
}

const instant = (text: string): Micros => parseInstant(text) ?? 0;

const indented = (text: string): string => text.replace(/^/gm, '  ');

const ANSWERING = [
  '/** Answers webhooks as the app did: with these, and then 200. At null no answer comes; for one that was late stands 503. */',
  'function answering(answers: (number | null)[]): () => Response {',
  '  return () => {',
  '    const status = answers.length === 0 ? 200 : answers.shift()!;',
  "    if (status === null) throw new Error('no answer');",
  '    return new Response(null, { status });',
  '  };',
  '}',
];

/** A status, or that the receiver was not there, or hung up. */
type Answered = number | null;

/** What the receivers answered, by their origins. */
function receiversOf(steps: readonly Step[]): Map<string, Answered[]> {
  const receivers = new Map<string, Answered[]>();
  for (const { kind, receiver, outcome, status } of steps) {
    if (kind !== 'answer' || receiver === undefined || outcome === 'captured') continue;
    const answers = receivers.get(receiver) ?? [];
    answers.push(outcome === 'timeout' ? 503 : (status ?? null));
    receivers.set(receiver, answers);
  }
  return receivers;
}

/** Those that belong to a life, not to a server. */
function optionsText(
  options: Readonly<Record<string, unknown>>,
  receivers: ReadonlyMap<string, readonly Answered[]>,
): string {
  const { id: _id, clock = {}, ...rest } = options;
  const told = whole({ ...rest, clock: { ...(clock as object), mode: 'frozen', speed: undefined } });
  const fields = Object.entries(told).map(([name, value]) => `  ${literalName(name)}: ${literal(value, '  ')},`);
  if (receivers.size > 0) {
    const lines = [...receivers].map(
      ([origin, answers]) => `    ${literal(origin)}: answering(${literal(untilGood(answers))}),`,
    );
    fields.push('  receivers: {', ...lines, '  },');
  }
  return `{\n${fields.join('\n')}\n}`;
}

const literalName = (name: string): string => (/^\w+$/.test(name) ? name : literal(name));

/** Without the answers at the end that are 200 anyway. */
const untilGood = (answers: readonly Answered[]): readonly Answered[] =>
  answers.slice(0, answers.findLastIndex((status) => status !== 200) + 1);

/** The calls of a story, and the time between them. */
class Calls {
  readonly #story: TestStory;
  readonly #steps: readonly Step[];
  readonly #lines: string[] = [];
  #number = 0;
  #now = '';

  constructor(story: TestStory, steps: readonly Step[]) {
    this.#story = story;
    this.#steps = steps;
  }

  lines(): readonly string[] {
    const { clock } = this.#story.made.options as { readonly clock?: { readonly now?: string } };
    this.#now = clock?.now ?? '';
    const reads = this.#steps.filter(isRead).length;
    if (reads > READS) this.#lines.push(`// ${reads} reads are left out: they change nothing.`);
    for (const step of this.#steps) if (step.kind !== 'answer' && (reads <= READS || !isRead(step))) this.#step(step);
    this.#goTo(formatInstant(this.#story.end));
    return this.#lines;
  }

  #step(step: Step): void {
    if (step.kind === 'pace') return;
    this.#goTo(step.at);
    if (step.kind === 'call') this.#call(step);
    else if (step.kind === 'control') this.#lines.push(controlText(step));
    else {
      const { settings = {}, ...changes } = (step.changes ?? {}) as { readonly settings?: object };
      this.#lines.push(`await room.patch(${literal(whole({ ...changes, ...settings }))});`);
    }
  }

  #goTo(at: string): void {
    if (instant(at) <= instant(this.#now)) return;
    this.#now = at;
    this.#lines.push(`await room.clock.advance({ to: ${literal(at)} });`);
  }

  #call({ method = 'GET', path = '', headers = {}, body = '', provider = '', seq }: Step): void {
    const written = Object.entries(headers).map(
      ([name, value]) => `${literalName(name)}: ${headerText(value, provider)}`,
    );
    const init = [
      `method: ${literal(method)}`,
      ...(written.length === 0 ? [] : [`headers: { ${written.join(', ')} }`]),
      ...(body === '' ? [] : [`body: ${bodyText(body)}`]),
    ];
    const fetch = `await room.fetch(${literal(path)}, {\n${init.map((part) => `  ${part},`).join('\n')}\n})`;
    const line = seq === null ? undefined : this.#lineOf(seq);
    if (line?.lost !== undefined) this.#lines.push(`${fetch}.catch(() => undefined);`);
    else if (line?.status == null) this.#lines.push(`${fetch};`);
    else {
      const name = `answer${++this.#number}`;
      this.#lines.push(`const ${name} = ${fetch};`, `expect(${name}.status).toBe(${line.status});`);
    }
  }

  /** The line that a call has written, which came after this one. */
  #lineOf(seq: number): LineOf<'request'> | undefined {
    const { timeline } = this.#story.view;
    const line = timeline.lines[timeline.placeOf(seq + 1)];
    return line?.kind === 'request' ? line : undefined;
  }
}

const isRead = ({ kind, method }: Step): boolean => kind === 'call' && (method === 'GET' || method === 'HEAD');

/** `Token {api_key}` is the room's own key. */
function headerText(value: string, provider: string): string {
  if (!/\{\w+\}/.test(value)) return literal(value);
  const room = /^\w+$/.test(provider) ? `room.${provider}` : `room.vendor(${literal(provider)})`;
  return `\`${value.replace(/[`\\]/g, '\\$&').replace(/\{(\w+)\}/g, `\${${room}.$1}`)}\``;
}

function bodyText(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    return JSON.stringify(value) === body ? `JSON.stringify(${literal(value, '  ')})` : literal(body);
  } catch {
    return literal(body);
  }
}

function controlText({ method = '', path = '', body = '' }: Step): string {
  const call = { method, path: path.replace(/^\/_greenroom/, '') };
  return typescriptOf(body === '' ? call : { ...call, body: JSON.parse(body) as unknown });
}

/** Those of whose lines some are in sight. */
const agentsIn = ({ lanes, timeline }: View): string[] =>
  lanes.flatMap((lane) => (timeline.lanes[lane]!.calendar ? [] : (timeline.lanes[lane]!.id ?? [])));

function assertionOf({ view: { timeline }, end, nameOf }: TestStory, id: string): string[] {
  const states: string[] = [];
  timeline.lines.some((line: Line, place) => {
    if (timeline.at[place]! > end) return true;
    if (line.kind === 'transition' && line.subject === id) states.push(line.to);
    return false;
  });
  if (states.length === 0) return [];
  const name = nameOf(id);
  return [
    ...(name === id ? [] : [`// ${name.replace(/[\r\n]+/g, ' ')}`]),
    `const ${variable(id)} = await room.timeline({ subject: ${literal(id)}, kind: 'transition' });`,
    `expect(${variable(id)}.entries.map(({ to }) => to)).toEqual(${literal(states)});`,
  ];
}

const variable = (id: string): string => `of_${id.replace(/\W/g, '_')}`;

function titleOf({ nameOf, view }: TestStory, agents: readonly string[]): string {
  const bad = view.timeline.weight.subarray(0, view.timeline.size).includes(2);
  const who = agents.length === 1 ? nameOf(agents[0]!) : `${agents.length} agents`;
  return `${who} ${bad ? 'go through it, with what is refused on the way' : 'go through it'}`;
}
