/** Stands for the workspace of a token. */
export const SELF = 'self';
