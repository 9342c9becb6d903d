type Variables = Readonly<Record<string, string | undefined>>;
type Stream = Pick<NodeJS.WriteStream, 'isTTY'>;

/** True if escape sequences are understood there, as far as anybody can know. */
export const isTerminal = ({ isTTY }: Stream, { TERM }: Variables = process.env): boolean => isTTY && TERM !== 'dumb';

/** Whether what is printed there has colours: FORCE_COLOR decides as for Node itself, then NO_COLOR, then what is there. */
export function hasColors(stream: Stream, env: Variables = process.env): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return !env['NO_COLOR'] && isTerminal(stream, env);
}
