import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What the nearest package.json above a file says of its modules, `commonjs` or `module`; as Node looks for it. */
export function packageTypeOf(file: string): unknown {
  let folder = dirname(resolve(file));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return (manifest as { readonly type?: unknown } | null)?.type;
}
