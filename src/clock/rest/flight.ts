import type { Micros } from '../instant.js';

export interface Place {
  /** The other side is a function of this process: what it goes on doing is seen, so nothing is owed to the wall clock. */
  readonly inProcess?: boolean;
}

/** A delivery on its way. */
export interface Way {
  /** Has this called when the world ends, or for what else it is told, until the returned function is called. */
  readonly onEnd: (callback: (why?: string) => void) => () => void;
  /** It goes over this connection, which its receiver knows by the same name. */
  readonly onConnected?: (connection: string) => void;
}

export interface Flight extends Place {
  /** The virtual instant at which the sender stops waiting. */
  readonly deadline?: Micros;
}
