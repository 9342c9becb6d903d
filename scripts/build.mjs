// Builds dist: the library with tsc, the command as bundles.
import { rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { bundleCommands, bundleInspector, bundleProbe, bundleStart, bundleWebhooks } from './bundles.mjs';

// A greenroom that still runs may write there what it has compiled.
rmSync('dist', { recursive: true, force: true, maxRetries: 5 });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

await bundleStart();
await bundleCommands();
await bundleProbe();
await bundleWebhooks();
await bundleInspector();
