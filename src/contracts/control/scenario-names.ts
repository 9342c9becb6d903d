/** The scenarios that come with greenroom. Made by `node scripts/scenario-names.mjs` from fixtures/scenarios. */
export type LibraryScenario =
  | 'captions-unavailable'
  | 'everybody-leaves'
  | 'happy-path'
  | 'host-never-comes'
  | 'lobby-never-opened'
  | 'manual'
  | 'nobody-speaks';
