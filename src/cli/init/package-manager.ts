import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseJsonFile } from '../../contracts/json/file.js';

/** How a project's packages are installed, and how its programs are run. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Adds packages that tests need. */
  readonly add: string;
  /** Installs what the lock file says, or what package.json says where there is none. */
  readonly ci: string;
  /** Runs a script of package.json. */
  readonly script: string;
  /** There is no node_modules, so that neither npx nor a plain Node finds a package: Yarn runs both. */
  readonly isPlugAndPlay?: boolean;
}

const NPM = { name: 'npm', add: 'npm install --save-dev', ci: 'npm ci', script: 'npm' } as const;
const PNPM = {
  name: 'pnpm',
  add: 'pnpm add --save-dev',
  ci: 'pnpm install --frozen-lockfile',
  script: 'pnpm',
} as const;
const YARN = { name: 'yarn', add: 'yarn add --dev', ci: 'yarn install --immutable', script: 'yarn' } as const;
const YARN_1 = { ...YARN, ci: 'yarn install --frozen-lockfile' };
// `bun test` runs Bun's own tests, whatever the script says.
const BUN = { name: 'bun', add: 'bun add --dev', ci: 'bun install --frozen-lockfile', script: 'bun run' } as const;

/** By the files that they leave. */
const BY_FILES: readonly (readonly [files: readonly string[], manager: PackageManager])[] = [
  [['pnpm-lock.yaml'], PNPM],
  [['yarn.lock', '.pnp.cjs'], { ...YARN, isPlugAndPlay: true }],
  [['yarn.lock', '.yarnrc.yml'], YARN],
  [['yarn.lock'], YARN_1],
  [['bun.lock'], BUN],
  [['bun.lockb'], BUN],
  [['package-lock.json'], NPM],
  [['npm-shrinkwrap.json'], NPM],
];

/** The manager of a folder: the lock file is in it, or where the workspace begins that it is a package of. */
export function packageManagerOf(folder: string): PackageManager {
  for (const one of rootsOf(folder)) {
    const found = BY_FILES.find(([files]) => files.every((name) => existsSync(join(one, name))));
    if (found) return found[1];
  }
  return { ...NPM, ci: 'npm install' };
}

/** Where a package's file is, from a folder: in its own node_modules, or in those of the workspace. */
export function installedPath(folder: string, path: string): string {
  const found = rootsOf(folder).find((one) => existsSync(join(one, 'node_modules', path)));
  return `${relative(folder, join(found ?? folder, 'node_modules')).replaceAll('\\', '/')}/${path}`;
}

/** The folder, and the one above in which its workspace begins, if it is in one. */
export function rootsOf(folder: string): readonly string[] {
  for (let above = dirname(folder), below = folder; above !== below; below = above, above = dirname(above))
    if (isWorkspace(above)) return [folder, above];
  return [folder];
}

function isWorkspace(folder: string): boolean {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return true;
  try {
    const manifest = parseJsonFile(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null && 'workspaces' in manifest;
  } catch {
    // One that is not there, or that npm refuses.
    return false;
  }
}
