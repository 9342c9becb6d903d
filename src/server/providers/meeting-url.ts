export type Platform = 'google_meet' | 'zoom' | 'teams';

/** The platform whose meetings live at this host; `undefined` for any other. */
export function platformOf(host: string): Platform | undefined {
  const name = host.toLowerCase();
  if (name === 'meet.google.com') return 'google_meet';
  if (name === 'teams.microsoft.com' || name === 'teams.live.com') return 'teams';
  if (/(^|\.)zoom\.(us|com)$/.test(name)) return 'zoom';
  return undefined;
}
