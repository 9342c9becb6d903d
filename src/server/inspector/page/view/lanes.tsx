import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Micros } from '../../../../clock/instant.js';
import { sentenceOf } from '../model/calendar.js';
import { KINDS } from '../model/line.js';
import { span } from '../model/time.js';
import type { Session } from '../session.js';
import { keyOf } from './keys.js';
import { atOf, AXIS, barOf, LanesCanvas, rowOf, timeIn, xOf, type Scale } from './lanes-canvas.js';
import { rootSize, useChanges, useScheme, useSight } from './use.js';

const LANE_REM = 3.5;
/** So near to a mark, in pixels, is on it. */
const NEAR = 10;
/** A drag that is shorter is a click. */
const DRAG = 5;

/** Time that a session shares with another, whose lanes stand above or below. */
export type Frame = Pick<Scale, 'from' | 'to' | 'origin'>;

interface Props {
  readonly session: Session;
  readonly frame?: Frame;
}

/** Time from left to right, a lane an agent or a calendar. The list says the same in words. */
export function Lanes({ session, frame }: Props) {
  useChanges(session);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<Drag>();
  const { look, ...size } = useSight(box, session);
  useScheme();
  const laneHeight = LANE_REM * rootSize();
  const scale: Scale = {
    ...frameOf(session, frame),
    left: Math.min(15 * rootSize(), size.width * 0.3),
    width: size.width,
    top: size.top,
    laneHeight,
  };
  useLayoutEffect(() => {
    if (size.width > 0) paint(canvas.current!, session, scale, size.height);
  });
  const xIn = (event: MouseEvent): number => event.clientX - box.current!.getBoundingClientRect().left;
  const finish = (event: PointerEvent): void => {
    if (!drag) return;
    setDrag(undefined);
    const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    if (to - from >= DRAG) session.limit({ from: atOf(scale, from), to: atOf(scale, to) });
    else choose(session, scale, xIn(event), event.clientY - box.current!.getBoundingClientRect().top);
  };
  return (
    <>
      <div
        class="lanes"
        ref={box}
        tabIndex={0}
        role="img"
        aria-label={labelOf(session)}
        onScroll={look}
        onPointerDown={(event) => {
          if (event.button !== 0 || xIn(event) < scale.left || xIn(event) > scale.width) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: xIn(event), to: xIn(event) });
        }}
        onPointerMove={(event) => drag && setDrag({ from: drag.from, to: xIn(event) })}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(undefined)}
        onDblClick={() => session.limit(undefined)}
        onKeyDown={(event) => {
          if (!moveByKey(session, event)) return;
          event.preventDefault();
          reveal(box.current!, session, laneHeight);
        }}
      >
        <div style={{ height: `${AXIS + session.view.lanes.length * laneHeight}px` }} />
        <canvas ref={canvas} style={{ transform: `translateY(${size.top}px)` }} />
        {drag && Math.abs(drag.to - drag.from) >= DRAG && (
          <Selection {...{ scale, drag, height: size.height, top: size.top }} />
        )}
      </div>
      <Meetings session={session} />
    </>
  );
}

/** How far the pointer was dragged, in CSS pixels. */
interface Drag {
  readonly from: number;
  readonly to: number;
}

interface SelectionProps {
  readonly scale: Scale;
  readonly drag: Drag;
  readonly height: number;
  readonly top: number;
}

function Selection({ scale, drag, height, top }: SelectionProps) {
  const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
  const [start, end] = [atOf(scale, from), atOf(scale, to)];
  return (
    <div
      class="selection"
      style={{ left: `${from}px`, width: `${to - from}px`, top: `${top}px`, height: `${height}px` }}
    >
      <span>
        {timeIn(scale, start)} – {timeIn(scale, end)} ({span(end - start)})
      </span>
    </div>
  );
}

/** All of it, or the range; never without a length. */
function frameOf({ timeline, range }: Session, frame: Frame = { from: timeline.start, to: timeline.reach }): Frame {
  const { from, to } = range ?? frame;
  return { ...frame, from, to: Math.max(to, from + 1000) };
}

function paint(canvas: HTMLCanvasElement, session: Session, scale: Scale, height: number): void {
  const ratio = devicePixelRatio;
  const [width, tall] = [Math.round(scale.width * ratio), Math.round(height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== tall) canvas.height = tall;
  canvas.style.width = `${scale.width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(canvas);
  const known = new Map<string, string>();
  const colours = (name: string): string => {
    let value = known.get(name);
    if (value === undefined) known.set(name, (value = style.getPropertyValue(name).trim()));
    return value;
  };
  new LanesCanvas(context, scale, colours).draw(session, height);
}

/** Chooses what is under the pointer: the nearest mark, of those at one instant the next after the chosen one; or a meeting. */
function choose(session: Session, scale: Scale, x: number, y: number): void {
  const { timeline, view } = session;
  const index = Math.floor((y - AXIS + scale.top) / scale.laneHeight);
  const lane = view.lanes[index];
  if (lane === undefined) return;
  const inLane = y - AXIS + scale.top - index * scale.laneHeight;
  const near = marksNear(session, scale, lane, { x, y: inLane });
  const next = near.findIndex((seq) => seq === session.chosen) + 1;
  if (near.length > 0) return session.choose(near[next % near.length]);
  const { calendar } = timeline.lanes[lane]!;
  const under = calendar?.meetings.findLast((meeting) => {
    const bar = barOf(scale, calendar, meeting, 0);
    return x >= bar.x && x <= bar.x + bar.width && inLane >= bar.top && inLane <= bar.top + bar.height;
  });
  if (under) session.chooseMeeting(under.id);
}

function marksNear(
  { timeline, view }: Session,
  scale: Scale,
  lane: number,
  { x, y }: { readonly x: number; readonly y: number },
): number[] {
  const places = view.inLane(lane);
  if (!places) return [];
  const isCalendar = timeline.lanes[lane]!.calendar !== undefined;
  const near: number[] = [];
  const start = places.indexOf(timeline.placeAt(atOf(scale, x - NEAR)));
  for (let i = start; i < places.size; i++) {
    const place = places.at(i);
    const distance = xOf(scale, timeline.at[place]!) - x;
    if (distance > NEAR) break;
    const row = rowOf(KINDS[timeline.kind[place]!]!, scale.laneHeight, isCalendar);
    if (Math.abs(row - y) < scale.laneHeight * 0.2) near.push(timeline.lines[place]!.seq);
  }
  return near;
}

/** Left and right within the lane, up and down to the next. True if the key means that. */
function moveByKey(session: Session, event: KeyboardEvent): boolean {
  const step = keyOf(event, { ArrowRight: 1, ArrowLeft: -1 });
  const lane = keyOf(event, { ArrowDown: 1, ArrowUp: -1 });
  if (step !== undefined) session.moveInLane(step);
  else if (lane !== undefined) session.moveToLane(lane);
  return step !== undefined || lane !== undefined;
}

function reveal(box: HTMLElement, session: Session, laneHeight: number): void {
  const lane = session.chosenLane;
  if (lane === undefined) return;
  const top = session.view.lanes.indexOf(lane) * laneHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  const bottom = top + laneHeight + AXIS;
  if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}

/** What stands in the calendars, for those who do not see the bars. */
function Meetings({ session }: { readonly session: Session }) {
  const calendars = session.view.lanes.flatMap((lane) => session.timeline.lanes[lane]!.calendar ?? []);
  if (calendars.length === 0) return null;
  return (
    <ul class="unseen" aria-label="What stands in calendars">
      {calendars.flatMap(({ id, name, meetings }) =>
        meetings.map((meeting) => (
          <li key={`${id} ${meeting.id}`}>
            {name}: {sentenceOf(meeting)}
          </li>
        )),
      )}
    </ul>
  );
}

function labelOf({ timeline, view }: Session): string {
  const calendars = view.lanes.flatMap((lane) => timeline.lanes[lane]!.calendar ?? []);
  const agents = view.lanes.filter((lane) => lane !== 0).length - calendars.length;
  const length: Micros = timeline.end - timeline.start;
  const meetings = calendars.reduce((sum, calendar) => sum + calendar.meetings.length, 0);
  const beside = calendars.length === 0 ? '' : ` and ${calendars.length} calendars with ${meetings} meetings`;
  return `${agents} agents${beside} over ${span(length)} of virtual time; the list below says the same in words`;
}
