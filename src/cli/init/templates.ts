import { host } from '../../server/host/node.js';
import type { LanguageName } from './runners.js';

/** A text of `fixtures/init`. A placeholder, alone on its line or behind the sign of a comment, gives way to lines. */
export const fillTemplate = (name: string, values: Readonly<Record<string, readonly string[]>> = {}): string =>
  host
    .fixtures('init')
    .text(name)
    .replaceAll(/^( *)(?:# )?\{\{(\w+)\}\}\n/gm, (_, indent: string, key: string) =>
      (values[key] ?? []).map((line) => `${indent}${line}\n`).join(''),
    );

/** A test whose template is in TypeScript. Its types are of few forms, which JavaScript does without. */
export function scriptFrom(name: string, language: LanguageName): string {
  const text = fillTemplate(name);
  if (language === 'TypeScript') return text;
  const untyped = text.replaceAll(/^import type .*\n|, type \w+|(?<=extend)<.+?>|: Greenroom| as Promise<.+?>/gm, '');
  if (language === 'JavaScript with import') return untyped;
  return untyped.replaceAll(/^import (.+) from (.+);$/gm, 'const $1 = require($2);');
}
