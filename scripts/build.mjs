// Builds dist, which is what is published, with esbuild and its types with tsc; and build, each module by itself, for our own scripts.
import { rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import {
  bundleCommands,
  bundleInspector,
  bundleLibrary,
  bundleProbe,
  bundleStart,
  bundleWebhooks,
} from './bundles.mjs';
import { writeNotices } from './notices.mjs';

// A greenroom that still runs may write there what it has compiled.
for (const folder of ['build', 'dist']) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

writeNotices('dist/THIRD-PARTY-NOTICES.txt', [
  await bundleLibrary(),
  await bundleStart(),
  ...(await bundleCommands()),
  await bundleProbe(),
  await bundleWebhooks(),
  await bundleInspector(),
]);
