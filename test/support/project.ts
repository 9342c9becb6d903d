import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runHere, type Ended } from './run-here.js';
import { COMMAND } from './server.js';

/** A user's project in a folder of its own, as files; removed by `using`. */
export class Project implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'greenroom-project-'));

  constructor(files: Readonly<Record<string, string | object>> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  /** A path that ends with `/` is a folder. */
  write(path: string, content: string | object = ''): void {
    const target = join(this.folder, path);
    mkdirSync(path.endsWith('/') ? target : dirname(target), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** All files by their paths, sorted. */
  files(): readonly string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => !lstatSync(join(this.folder, path)).isDirectory())
      .toSorted();
  }

  /** All files and folders with their contents and the instants of their last change. */
  everything(): readonly (readonly [path: string, changed: number, content: string | undefined])[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map((path) => {
        const entry = lstatSync(join(this.folder, path));
        return [path, entry.mtimeMs, entry.isFile() ? this.read(path) : undefined];
      });
  }

  /** Puts the package there as npm does. From then on, `files` has its files too. */
  installGreenroom(): void {
    this.write('node_modules/.bin/');
    symlinkSync(dirname(dirname(dirname(COMMAND))), join(this.folder, 'node_modules/greenroom'), 'junction');
    symlinkSync(COMMAND, join(this.folder, 'node_modules/.bin/greenroom'));
  }

  /** Runs greenroom in the folder, without a process of its own; see there. */
  runHere(...args: readonly string[]): Promise<Ended> {
    return runHere(args, { cwd: this.folder });
  }

  /** Runs greenroom in the folder. */
  greenroom(...args: readonly string[]) {
    return this.run(process.execPath, [COMMAND, ...args]);
  }

  run(
    command: string,
    args: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number } = {},
  ) {
    const { env, ...rest } = options;
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, ...env },
      ...rest,
    });
    return { code: status, stdout, stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
