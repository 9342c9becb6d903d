// Puts the exported documents before judges that we did not write: a validator, a linter, and a compiler with a generated
// client. Run after the build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConfig, lint } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import openapiTS, { astToString } from 'openapi-typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NAMES = ['cronofy', 'attendee', 'control'];
// Inside the project, so that the generated client finds its packages.
const folder = mkdtempSync(join(ROOT, 'dist', 'openapi-'));
const faults = [];

const run = (command, ...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) faults.push(`${args.join(' ')}: ${stdout}${stderr}`);
};

// A redirect is the success of these two calls, and two paths of the real server end in a slash; everything else stands
// as the linter recommends it.
const config = await createConfig({
  extends: ['recommended'],
  // A component may be named by an extension alone (`x-optional-content`), which the linter does not read.
  rules: { 'operation-2xx-response': 'off', 'no-path-trailing-slash': 'off', 'no-unused-components': 'off' },
});

/** Calls that the server never refuses: it answers a probe of its health to everybody. */
const NEVER_REFUSED = ['#/paths/~1health~1/', '#/paths/~1version~1/'];
const neverRefuses = ({ ruleId, location }) =>
  ruleId === 'operation-4xx-response' && NEVER_REFUSED.some((path) => location[0]?.pointer?.startsWith(path));

/** What a user's code would do with the generated types; a misspelt field must not compile. */
const CLIENT = `import createClient from 'openapi-fetch';
import type { paths as Attendee, webhooks } from './attendee.js';
import type { paths as Cronofy } from './cronofy.js';
import type { paths as Control } from './control.js';

const attendee = createClient<Attendee>({ baseUrl: 'http://127.0.0.1:4747' });
const cronofy = createClient<Cronofy>({ baseUrl: 'http://127.0.0.1:4747' });
const control = createClient<Control>({ baseUrl: 'http://127.0.0.1:4747' });

export async function story(): Promise<string | undefined> {
  const { data: bot } = await attendee.POST('/api/v1/bots', { body: { bot_name: 'Notes', join_at: '2026-01-01T10:00:00Z' } });
  // @ts-expect-error -- the vendor has no such field
  await attendee.POST('/api/v1/bots', { body: { bot_nane: 'Notes' } });
  await attendee.POST('/api/v1/bots', { body: { bot_name: 'Notes', recording_settings: { resolution: '720p' } } });
  // @ts-expect-error -- nor has it this resolution
  await attendee.POST('/api/v1/bots', { body: { bot_name: 'Notes', recording_settings: { resolution: '4k' } } });
  const { data: agent } = await cronofy.POST('/v1/meeting_agents', {
    body: { join_url: 'https://zoom.us/j/1', on_behalf_of_attendee: { email: 'host@example.com' } },
  });
  await control.POST('/_greenroom/clock/advance', { body: { by: '1h' } });
  const { data: timeline } = await control.GET('/_greenroom/timeline', { params: { query: { kind: 'delivery' } } });
  const state: 'joining' | string | undefined = bot?.state;
  return [state, agent && 'meeting_agent' in agent ? agent.meeting_agent.sub : undefined, typeof timeline === 'object' ? timeline.entries[0]?.summary : undefined].join();
}

export const stateOf = (body: webhooks['bot.state_change']['post']['requestBody']['content']['application/json']) =>
  body.data.new_state satisfies string;
`;

try {
  run('dist/bin/greenroom.js', 'export', 'openapi', '--out', folder);
  for (const name of NAMES) {
    const file = join(folder, `${name}.openapi.json`);
    const { valid, errors } = await new Validator().validate(file);
    if (!valid) faults.push(`${name} is no OpenAPI document: ${JSON.stringify(errors)}`);
    const problems = await lint({ ref: file, config });
    for (const { severity, ruleId, message, location } of problems.filter((problem) => !neverRefuses(problem)))
      faults.push(`${name}: ${severity} ${ruleId} at ${location[0]?.pointer}: ${message}`);
    writeFileSync(join(folder, `${name}.ts`), astToString(await openapiTS(JSON.parse(readFileSync(file, 'utf8')))));
  }
  writeFileSync(join(folder, 'client.ts'), CLIENT);
  const options = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    noEmit: true,
    types: [],
    lib: ['es2023', 'dom'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  run(createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(
  faults.length === 0 ? `${NAMES.join(', ')}: valid, without a lint warning, and a client compiles\n` : '',
);
process.exitCode = faults.length === 0 ? 0 : 1;
