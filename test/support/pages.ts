import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** The pages below a folder, as paths from the root of the repository. */
export const pagesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'));

/** Every page that a reader of the repository or of the package finds. */
export const PAGES: readonly string[] = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples', 'decisions'].flatMap(pagesIn),
];

const FENCE = /^ {0,3}```.*?^ {0,3}```$/gms;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** The fenced blocks of a page, fences included. */
export const blocksOf = (page: string): string[] => [...readPage(page).matchAll(FENCE)].map(([block]) => block);

const proseOf = (page: string): string => readPage(page).replaceAll(FENCE, '');

export interface Link {
  readonly page: string;
  /** A path from the root of the repository. */
  readonly target: string;
  readonly anchor: string | undefined;
}

/** The links of a page that have no scheme. */
export const linksOf = (page: string): Link[] =>
  [...proseOf(page).matchAll(LINK)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor] = link.split('#', 2);
      return { page, target: path === '' ? page : normalize(join(dirname(page), path!)), anchor };
    });

/** The names that GitHub gives to the headings of a page. */
export const anchorsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
