import type { Micros } from '../../clock/instant.js';
import type { Pace } from '../../clock/options.js';
import type { Answer } from './deliveries/attempt.js';

/**
 * A call of a client as it came over the wire. Where greenroom makes one, all of its fields are there, in this order, and so
 * are those of a {@link CallInput}: much reads them, and reading slows down greatly for objects of many shapes.
 */
export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  /** The raw query string, without `?`. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The origin that the client called, for links in answers. */
  readonly origin: string;
  /** The exact text; empty if there was none. */
  readonly body: string;
  /** The bytes of a body that is no UTF-8. */
  readonly bytes?: Uint8Array | undefined;
}

/** A call of a vendor's client. */
export interface CallInput {
  readonly kind: 'call';
  /** The route that it took: the vendor's name and the path of the contract. */
  readonly route: string;
  readonly request: VendorRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly credential: { readonly value: string; readonly issued: boolean };
  /** False if no workspace is known to have made it. */
  readonly attributed: boolean;
  readonly tooLarge?: boolean;
  /** What the client was told of the clock, which has waited in real time. */
  readonly hint?: string | undefined;
}

/** A call of the control plane that changes the world. */
export interface ControlInput {
  readonly kind: 'control';
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** The answer to something that was sent out of the world. */
export interface AnswerInput {
  readonly kind: 'answer';
  /** Which message: `dlv_1/2` is the second attempt of a delivery. */
  readonly to: string;
  readonly answer: Answer;
  /** How long it took, in real milliseconds; absent if it was not tried. */
  readonly ms?: number;
}

/** A line of the timeline about what took real time. */
export interface NoteInput {
  readonly kind: 'note';
  readonly topic: string;
  readonly subject: string | null;
  readonly text: string;
}

/** Settings of the workspace change. */
export interface SettingsInput {
  readonly kind: 'settings';
  readonly changes: {
    readonly scenario?: string;
    readonly strict?: boolean;
    readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

/** The clock changes its mode, its speed or its quiet time. */
export interface PaceInput extends Pace {
  readonly kind: 'pace';
}

/** Everything that comes into a world from outside. A world is a value of its seed and of these. */
export type Input = CallInput | ControlInput | SettingsInput | PaceInput | AnswerInput | NoteInput;

/** Where in the life of a world an input was taken. */
export interface Position {
  /** The jobs that had begun by then. */
  readonly jobs: number;
  readonly now: Micros;
  /** The last line of the timeline; `NaN` if that is not known. */
  readonly seq: number;
}

/** Writes down the life of a world. */
export interface Recorder {
  /** An input, before the world takes it. */
  readonly take: (at: Position, input: Input) => void;
  /** The world has moved on by itself, or was advanced. */
  readonly moved: (at: Position) => void;
  /** A job is about to begin. */
  readonly next: () => void;
}
