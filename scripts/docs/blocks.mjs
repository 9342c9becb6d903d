// Finds the code blocks of a page, with what the comment above each says about how it is run.
import { readFileSync } from 'node:fs';

const FENCE = /^( {0,3})(```+)\s*(\S*)(.*)$/;
const MARK = /^<!--\s*(not run|prints|continues|server)\s*:?\s*(.*?)\s*-->$/;

/** `{page, line, language, name, text, mark, says}` of every block; the name of its file may follow the language. */
export function readBlocks(page) {
  const blocks = [];
  let open;
  let above = '';
  readFileSync(page, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const fence = FENCE.exec(line);
      if (open) {
        if (fence && fence[2].length >= open.fence.length && fence[3] === '') {
          blocks.push({ ...open, text: open.lines.map((text) => text.slice(open.indent)).join('\n') });
          open = undefined;
        } else open.lines.push(line);
      } else if (fence) {
        const [, mark, says] = MARK.exec(above) ?? [];
        open = {
          page,
          line: index + 1,
          indent: fence[1].length,
          fence: fence[2],
          language: fence[3],
          name: fence[4].trim() || undefined,
          mark,
          says,
          lines: [],
        };
      }
      if (line.trim() !== '') above = line.trim();
    });
  if (open) throw new Error(`${page}:${open.line} opens a block that nothing closes`);
  return blocks;
}
