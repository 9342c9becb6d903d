/** A state machine as a table: for each event, from where it leads where. `to` may name the state or depend on it. */
export type Lifecycle<State extends string, Event extends string> = Readonly<
  Record<Event, { readonly from: readonly State[]; readonly to: State }>
>;

/** The state that an event leads to; `undefined` if it is not allowed in this one. */
export function nextState<State extends string, Event extends string>(
  table: Lifecycle<State, Event>,
  state: State,
  event: Event,
): State | undefined {
  const row = table[event];
  return row.from.includes(state) ? row.to : undefined;
}

/** The events that are allowed in a state. */
export function legalEvents<State extends string, Event extends string>(
  table: Lifecycle<State, Event>,
  state: State,
): Event[] {
  return (Object.keys(table) as Event[]).filter((event) => table[event].from.includes(state));
}
