import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

/**
 * Where compiled code is kept. The system's folder for such things is one that everybody may make; who may write beside the
 * program may change the program as well.
 */
const FOLDER = fileURLToPath(new URL('.compiled', import.meta.url));

/** Has Node keep the compiled code of modules for the next process, where it can: from 22 on. */
function keepCompiled(): void {
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
  if (!enableCompileCache) return;
  try {
    mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
    enableCompileCache(FOLDER);
  } catch {
    // An installation that cannot be written to is compiled anew each time.
  }
}

export interface Loaded {
  readonly exports: unknown;
  /** Keeps what of it was compiled so far for the next process, if there is nothing to be had yet. */
  readonly keep: () => void;
}

/**
 * Loads a bundle beside this one with the code that an earlier process has compiled for the same use: to compile takes a third
 * of a start. The bundle is one function, in ASCII, and its first line has a digest of what it was built from; packages give all
 * files one time, and whoever changes a file by hand leaves the digest, so both name it.
 */
export function loadCompiled(name: string, use: string): Loaded {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const text = readFileSync(file, 'latin1');
  const digest = text.slice('//'.length, text.indexOf('\n'));
  const kept = path.join(
    FOLDER,
    `${digest}-${Math.trunc(statSync(file).mtimeMs)}-${use}-${process.version}-${process.arch}`,
  );
  const isTurnedOff = process.env['NODE_DISABLE_COMPILE_CACHE'] !== undefined;
  const cachedData = isTurnedOff ? undefined : readIfThere(kept);
  const script = new vm.Script(text, { filename: file, ...(cachedData ? { cachedData } : {}) });
  const made = { exports: {} };
  const define = script.runInThisContext() as (...args: unknown[]) => void;
  // Code that was kept has forgotten how to import.
  define(made.exports, createRequire(file), made, file, (name: string) => {
    // Not before: it takes longer than a start that imports nothing can gain by it.
    keepCompiled();
    return import(name) as unknown;
  });
  let isKept = isTurnedOff || (cachedData !== undefined && script.cachedDataRejected !== true);
  const keep = (): void => {
    if (!isKept) write(kept, script);
    isKept = true;
  };
  return { exports: made.exports, keep };
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Writes compiled code in the place of that of an earlier bundle; where it cannot, all is compiled anew the next time. */
function write(file: string, script: vm.Script): void {
  try {
    mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, script.createCachedData(), { mode: 0o600 });
    renameSync(fresh, file);
    const use = useOf(path.basename(file));
    for (const name of readdirSync(FOLDER))
      if (useOf(name) === use && name !== path.basename(file)) rmSync(path.join(FOLDER, name));
  } catch {
    // See above.
  }
}

/** Of a name that this module gives; Node's own files have none. */
const useOf = (name: string): string | undefined => /^[0-9a-f]{64}-\d+-([a-z]+-v[\w.]+-\w+)$/.exec(name)?.[1];
