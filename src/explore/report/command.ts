/** The words that run the installed greenroom in a shell. Yarn's Plug'n'Play has no folder in which npx could find it, and names itself here. */
export const GREENROOM: readonly string[] =
  process.versions['pnp'] === undefined ? ['npx', '--no-install', 'greenroom'] : ['yarn', 'greenroom'];
