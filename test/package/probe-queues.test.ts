import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { runCommand } from '../support/server.js';

/** A library that has the names of one that the probe knows, and otherwise nothing of it. */
const LIBRARY = `
  exports.Job = class Job {
    static async create() { return 'made'; }
    async retry() { throw new Error('its own'); }
    async remove(callback) { callback('told'); throw new Error('not heard'); }
  };`;
const PROGRAM = `
  const { Job } = require('bullmq/dist/cjs/classes/job.js');
  const job = new Job();
  (async () => {
    const made = await Job.create();
    const thrown = await job.retry().catch(({ message }) => message);
    job.remove((told) => console.log(JSON.stringify([made, thrown, told])));
  })();`;

test('a library that the probe does not know in this version gives an app under greenroom exec what it gives', async () => {
  const folder = makeFolder();
  const classes = path.join(folder, 'node_modules/bullmq/dist/cjs/classes');
  fs.mkdirSync(classes, { recursive: true });
  fs.writeFileSync(path.join(classes, 'job.js'), LIBRARY);
  fs.writeFileSync(path.join(folder, 'app.js'), PROGRAM);
  const app = [process.execPath, path.join(folder, 'app.js')];
  const { stdout, stderr, code } = await runCommand(['exec', '--quiet', '--clock', 'frozen', '--', ...app]);
  fs.rmSync(folder, { recursive: true });
  expect([stdout, stderr, code]).toEqual(['["made","its own","told"]\n', '', 0]);
});
