/** A webhook as the vendor renders it: the exact text. */
export interface Message {
  readonly type: string;
  readonly state?: string | undefined;
  readonly sub_type?: string | undefined;
  readonly text: string;
  /** True for the end of a life that goes well. */
  readonly isLast?: true;
}

export const labelOf = ({ type, state, sub_type }: Message): string =>
  [type, state, sub_type].filter((part) => part !== undefined).join(' ');
