import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// TypeScript reads JSON with comments.
const { parseConfigFileTextToJson } = createRequire(import.meta.url)('typescript');
const path = join(import.meta.dirname, 'wrangler.jsonc');
const { config, error } = parseConfigFileTextToJson(path, readFileSync(path, 'utf8'));
if (error) throw new Error(`Failed to read ${path}: ${JSON.stringify(error.messageText)}`);

/** What a deploy is made with: tests and measurements are made with the same. */
export const settings = config;
