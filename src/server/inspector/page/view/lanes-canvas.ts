import type { Micros } from '../../../../clock/instant.js';
import { labelOf, type Calendar, type Meeting } from '../model/calendar.js';
import { KINDS, type LineKind } from '../model/line.js';
import { SHAPES } from '../model/shapes.js';
import { clockTime, dayOf, offset, ticks, whole } from '../model/time.js';
import { WEIGHTS } from '../model/timeline.js';
import type { Session } from '../session.js';

/** Where what is drawn stands, in CSS pixels. */
export interface Scale {
  readonly from: Micros;
  readonly to: Micros;
  /** Times are told from here on, where they are; else as those of a day. */
  readonly origin?: Micros | undefined;
  /** Where time begins: left of it are the names. */
  readonly left: number;
  readonly width: number;
  /** Of the first lane, with what is scrolled away. */
  readonly top: number;
  readonly laneHeight: number;
}

export const AXIS = 22;
const EDGE = 10;

export const xOf = ({ from, to, left, width }: Scale, at: Micros): number =>
  left + EDGE + ((at - from) / Math.max(to - from, 1)) * (width - left - 2 * EDGE);

export const atOf = ({ from, to, left, width }: Scale, x: number): Micros => {
  const part = (x - left - EDGE) / (width - left - 2 * EDGE);
  return Math.round(from + Math.min(Math.max(part, 0), 1) * (to - from));
};

/** An instant as the axis tells it. */
export const timeIn = ({ origin }: Scale, at: Micros): string =>
  origin === undefined ? clockTime(at) : offset(at - origin);

/**
 * The row of a lane in which marks of a kind stand, from its top: calls above, what the agent does, webhooks below; all marks of
 * a calendar above its meetings.
 */
export const rowOf = (kind: LineKind, laneHeight: number, isCalendar: boolean): number => {
  if (isCalendar) return laneHeight * 0.17;
  if (kind === 'request') return laneHeight * 0.2;
  return kind === 'delivery' ? laneHeight * 0.8 : laneHeight * 0.5;
};

/** Where the bar of a meeting stands in the lane of its calendar, which begins at `y`. */
export function barOf(scale: Scale, { rows }: Calendar, { start, end, row }: Meeting, y: number): Box {
  const { laneHeight } = scale;
  const x = Math.max(xOf(scale, start), scale.left);
  const height = (laneHeight * 0.62) / rows;
  const width = Math.max(Math.min(xOf(scale, end), scale.width) - x, 3);
  return { x, top: y + laneHeight * 0.33 + row * height, width, height: height - 2 };
}

/** The colours of the style sheet. */
export type Colours = (name: string) => string;

const paths = Object.fromEntries(Object.entries(SHAPES).map(([name, path]) => [name, new Path2D(path)]));

interface Box {
  readonly x: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Draws the lanes that are in sight. */
export class LanesCanvas {
  readonly #context: CanvasRenderingContext2D;
  readonly #scale: Scale;
  readonly #colours: Colours;

  constructor(context: CanvasRenderingContext2D, scale: Scale, colours: Colours) {
    this.#context = context;
    this.#scale = scale;
    this.#colours = colours;
  }

  draw(session: Session, height: number): void {
    const context = this.#context;
    const { laneHeight, top, width } = this.#scale;
    context.clearRect(0, 0, width, height);
    const { lanes } = session.view;
    const first = Math.max(0, Math.floor(top / laneHeight));
    const last = Math.min(lanes.length, Math.ceil((top + height) / laneHeight));
    for (let index = first; index < last; index++) this.#lane(session, lanes[index]!, AXIS + index * laneHeight - top);
    this.#chosen(session, height);
    this.#axis();
  }

  #axis(): void {
    const context = this.#context;
    const scale = this.#scale;
    context.fillStyle = this.#colours('--ground');
    context.fillRect(0, 0, scale.width, AXIS);
    context.fillStyle = this.#colours('--quiet');
    context.font = this.#colours('--small-font');
    context.textBaseline = 'middle';
    const room = scale.width - scale.left;
    const { origin = 0 } = scale;
    const found = ticks(scale.from - origin, scale.to - origin, Math.max(2, Math.floor(room / 120)));
    for (const passed of found) {
      const at = origin + passed;
      const x = xOf(scale, at);
      context.fillRect(x, AXIS - 5, 1, 5);
      const text = whole(timeIn(scale, at));
      if (x + 70 < scale.width) context.fillText(text, x + 4, AXIS / 2);
    }
    context.fillText(dayOf(scale.from), 8, AXIS / 2);
    context.fillStyle = this.#colours('--line');
    context.fillRect(0, AXIS - 1, scale.width, 1);
  }

  #lane(session: Session, lane: number, y: number): void {
    const context = this.#context;
    const { left, width, laneHeight } = this.#scale;
    context.fillStyle = this.#colours('--line');
    context.fillRect(0, y + laneHeight - 1, width, 1);
    const { id, provider, calendar } = session.timeline.lanes[lane]!;
    if (calendar) this.#meetings(calendar, session.chosenMeeting, y);
    else this.#bars(session, lane, y);
    this.#marks(session, lane, y);
    context.fillStyle = this.#colours('--ground');
    context.fillRect(0, y, left, laneHeight - 1);
    context.textBaseline = 'middle';
    context.fillStyle = this.#colours('--text');
    context.font = this.#colours('--font');
    const name = id === null ? 'about no agent' : session.nameOf(id);
    context.fillText(fitted(context, name, left - 16), 8, y + laneHeight * 0.35);
    context.fillStyle = this.#colours('--quiet');
    context.font = this.#colours('--small-font');
    const title = session.vendors.find((one) => one.name === provider)?.title ?? provider ?? '';
    const below = id === null ? '' : name === id ? title : `${title} ${id}`;
    context.fillText(fitted(context, below, left - 16), 8, y + laneHeight * 0.7);
  }

  #bars(session: Session, lane: number, y: number): void {
    const scale = this.#scale;
    const { bars, provider } = session.timeline.lanes[lane]!;
    const states = session.vendors.find(({ name }) => name === provider)?.states ?? [];
    const top = y + scale.laneHeight * 0.34;
    const height = scale.laneHeight * 0.32;
    for (const bar of bars) {
      const number = states.findIndex(({ name }) => name === bar.state);
      const isFinal = states[number]?.final ?? false;
      const end = bar.to ?? (isFinal ? bar.from : scale.to);
      if (end < scale.from || bar.from > scale.to) continue;
      const x = Math.max(xOf(scale, bar.from), scale.left);
      const right = Math.min(xOf(scale, end), scale.width);
      if (isFinal) this.#finalBar(bar.state, { x, top, width: 4, height });
      else this.#bar(bar.state, number % 2 === 0 ? '--bar-even' : '--bar-odd', { x, top, width: right - x, height });
    }
  }

  /** Those that are gone or declined are outlines; a word says so, too. */
  #meetings(calendar: Calendar, chosen: string | undefined, y: number): void {
    const context = this.#context;
    for (const meeting of calendar.meetings) {
      if (meeting.end < this.#scale.from || meeting.start > this.#scale.to) continue;
      const { x, top, width, height } = barOf(this.#scale, calendar, meeting, y);
      context.setLineDash(meeting.state === 'deleted' ? [3, 3] : []);
      context.fillStyle = this.#colours(meeting.own ? '--bar-odd' : '--bar-even');
      context.strokeStyle = this.#colours(meeting.id === chosen ? '--accent' : '--bar-edge');
      context.lineWidth = meeting.id === chosen ? 2 : 1;
      if (meeting.state === undefined) context.fillRect(x, top, width, height);
      context.strokeRect(x + 0.5, top + 0.5, width - 1, height - 1);
      if (height > 9) this.#label(labelOf(meeting), x + 5, top + height / 2, width - 8);
    }
    context.setLineDash([]);
    context.lineWidth = 1;
  }

  #bar(state: string, colour: string, { x, top, width, height }: Box): void {
    const context = this.#context;
    context.fillStyle = this.#colours(colour);
    context.fillRect(x, top, Math.max(width, 1), height);
    context.fillStyle = this.#colours('--bar-edge');
    context.fillRect(x, top, 1, height);
    this.#label(state, x + 6, top + height / 2, width - 10);
  }

  /** Nothing ends it: it is a stop, and its name stands beside it. */
  #finalBar(state: string, { x, top, width, height }: Box): void {
    const context = this.#context;
    context.fillStyle = this.#colours('--bar-final');
    context.fillRect(x, top, width, height);
    context.font = this.#colours('--small-font');
    const room = this.#scale.width - x - 10;
    const isNearEnd = context.measureText(state).width > room;
    if (!isNearEnd) return this.#label(state, x + 10, top + height / 2, room);
    context.textAlign = 'right';
    this.#label(state, x - 4, top + height / 2, Number.POSITIVE_INFINITY);
    context.textAlign = 'left';
  }

  #label(text: string, x: number, y: number, room: number): void {
    const context = this.#context;
    context.fillStyle = this.#colours('--text');
    context.font = this.#colours('--small-font');
    context.textBaseline = 'middle';
    const shown = fitted(context, text, room);
    if (shown.length > 2) context.fillText(shown, x, y);
  }

  /** Marks that would stand on one another are drawn once, the worst on top. */
  #marks(session: Session, lane: number, y: number): void {
    const { timeline, view } = session;
    const places = view.inLane(lane);
    if (!places) return;
    const isCalendar = timeline.lanes[lane]!.calendar !== undefined;
    for (const weight of [0, 1, 2]) {
      const taken = KINDS.map(() => Number.NEGATIVE_INFINITY);
      for (let i = places.indexOf(timeline.placeAt(this.#scale.from)); i < places.size; i++) {
        const place = places.at(i);
        const at = timeline.at[place]!;
        if (at > this.#scale.to) break;
        if (timeline.weight[place] !== weight) continue;
        const kind = timeline.kind[place]!;
        if (KINDS[kind] === 'transition') continue;
        const x = Math.round(xOf(this.#scale, at));
        if (x - taken[kind]! < 2) continue;
        taken[kind] = x;
        this.#mark(KINDS[kind]!, WEIGHTS[weight]!, x, y + rowOf(KINDS[kind]!, this.#scale.laneHeight, isCalendar));
      }
    }
  }

  #mark(kind: LineKind, weight: (typeof WEIGHTS)[number], x: number, y: number): void {
    const context = this.#context;
    context.save();
    context.translate(x, y);
    context.fillStyle = this.#colours(weight === 'plain' ? `--${kind}` : `--${weight}`);
    context.strokeStyle = this.#colours('--ground');
    const path = paths[weight === 'bad' ? 'bad' : kind]!;
    context.stroke(path);
    context.fill(path);
    context.restore();
  }

  #chosen(session: Session, height: number): void {
    const line = session.chosenLine;
    if (!line) return;
    const place = session.timeline.placeOf(line.seq);
    const x = xOf(this.#scale, session.timeline.at[place]!);
    if (x < this.#scale.left || x > this.#scale.width) return;
    const context = this.#context;
    context.fillStyle = this.#colours('--accent');
    context.fillRect(Math.round(x), AXIS, 1, height);
    const index = session.view.lanes.indexOf(session.timeline.lane[place]!);
    if (index < 0) return;
    const isCalendar = session.timeline.lanes[session.timeline.lane[place]!]!.calendar !== undefined;
    const row = rowOf(line.kind, this.#scale.laneHeight, isCalendar);
    const y = AXIS + index * this.#scale.laneHeight - this.#scale.top + row;
    context.strokeStyle = this.#colours('--accent');
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 8, 0, Math.PI * 2);
    context.stroke();
    context.lineWidth = 1;
  }
}

/** As much of a text as there is room for. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (room < 12) return '';
  if (context.measureText(text).width <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}
