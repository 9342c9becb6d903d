import { createHash } from 'node:crypto';
import type { RecordingNotes } from '../../contracts/control/recording.js';
import type { InspectorPage } from '../host.js';
import { jsonParts, textsOf, type Part } from '../../json-pieces.js';
import type { LongRecording } from './recording.js';

/** What a file shows. */
export interface InspectorFile {
  readonly title: string;
  /** One to look at, two to compare, or more, some of which say beside which other they belong. */
  readonly recordings: readonly TitledRecording[];
  /** Words about all of them. */
  readonly report?: string;
}

/** One of the recordings that a file shows, with the title above its lanes. */
export interface TitledRecording {
  readonly title: string;
  readonly recording: LongRecording;
  readonly about?: RecordingNotes;
}

/** So many calls or webhooks are read together when one of them is looked at. */
const ITEMS = 100;
/** So many lines of the timeline are read together. */
const LINES = 1000;

/**
 * The inspector with recordings in it, as a file that needs no server and opens by `file://`. In pieces, for it may be too
 * long for one text.
 */
export const inspectorFile = (page: InspectorPage, file: InspectorFile): Generator<string> =>
  textsOf(inspectorParts(page, file));

/** The same, with the lists of the recordings as parts of their own. */
export function* inspectorParts(page: InspectorPage, { title, recordings, report }: InspectorFile): Generator<Part> {
  yield head(page, title);
  if (report !== undefined) yield* elementOf(0, 'report', { title, text: report });
  for (const [number, one] of recordings.entries()) yield* headPieces(number, one);
  const entries = recordings.map(({ recording }, number) =>
    listPieces(`data-recording="${number}" data-part="entries"`, recording.entries, LINES),
  );
  for (const pieces of entries) yield first(pieces);
  // The page begins before it has all lines, and what one must choose a line to see.
  yield `<script>${page.script}</script>`;
  for (const pieces of entries) yield pieces;
  for (const [number, { recording }] of recordings.entries()) {
    yield listPieces(`data-recording="${number}" data-part="requests"`, recording.requests, ITEMS);
    yield listPieces(`data-recording="${number}" data-part="deliveries"`, recording.deliveries, ITEMS);
    yield* elementOf(number, 'made', recording.made);
  }
  yield '</body></html>\n';
}

function head({ script, style }: InspectorPage, title: string): string {
  const policy = policyOf({
    script: `'sha256-${digest(script)}'`,
    style: `'sha256-${digest(style)}'`,
    connect: "'none'",
  });
  return `${startOf(title)}<meta http-equiv="Content-Security-Policy" content="${policy}"><style>${style}</style></head><body><div id="inspector"></div>`;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

export const startOf = (title: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${escapeHtml(title)} · greenroom</title>`;

/** Nothing but what is in the page, and no code made of texts. */
export const policyOf = (sources: {
  readonly script: string;
  readonly style: string;
  readonly connect: string;
}): string =>
  [
    "default-src 'none'",
    `script-src ${sources.script}`,
    `style-src ${sources.style}`,
    `connect-src ${sources.connect}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character]!);

const headPieces = (number: number, { title, about, recording }: TitledRecording): Generator<Part> =>
  elementOf(number, 'head', {
    title,
    ...(about === undefined ? {} : { about }),
    ...recording,
    made: { options: {}, steps: [] },
    entries: [],
    requests: [],
    deliveries: [],
  });

function* elementOf(number: number, part: string, value: object): Generator<Part> {
  yield `<script type="application/json" data-recording="${number}" data-part="${part}">`;
  for (const json of jsonParts(value)) yield typeof json === 'string' ? inScript(json) : inScripts(json);
  yield '</script>';
}

const END = ']</script>';

/** The texts of the first element, if there is one; the others are left to whoever asks next. */
function* first(texts: Iterator<string>): Generator<string> {
  for (let next = texts.next(); !next.done; next = texts.next()) {
    yield next.value;
    if (next.value === END) return;
  }
}

/** A list as elements with some of its items each, so that a reader need not read all to see one. */
function* listPieces(attributes: string, items: Iterable<unknown>, size: number): Generator<string> {
  let count = 0;
  for (const item of items) {
    const number = numberOf(item as { readonly id?: string; readonly seq: number });
    yield count++ % size === 0 ? `<script type="application/json" ${attributes} data-first="${number}">[` : ',';
    yield inScript(JSON.stringify(item));
    if (count % size === 0) yield END;
  }
  if (count % size > 0) yield END;
}

/** `req_12` and `dlv_12` are number 12 of their kinds. */
const numberOf = ({ id, seq }: { readonly id?: string; readonly seq: number }): number =>
  Number(id?.replace(/^\w+_/, '') ?? seq);

/** JSON in which no element can end. */
const inScript = (json: string): string => json.replaceAll('<', '\\u003c');

function* inScripts(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield inScript(text);
}
