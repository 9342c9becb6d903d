import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import attendee from '../../fixtures/vectors/attendee.json' with { type: 'json' };
import cronofy from '../../fixtures/vectors/cronofy.json' with { type: 'json' };
import { makeFolder } from '../support/folder.js';
import { COMMAND } from '../support/server.js';

const VECTORS = resolve('fixtures/vectors');

/** The file that a page has in a language: its name and its text. */
const fileOf = (page: string, language: string): readonly string[] =>
  new RegExp(`^\`\`\`${language} (\\S+)\\n(.*?)^\`\`\`$`, 'ms').exec(readFileSync(page, 'utf8'))!.slice(1);
const isThere = (...[program, ...words]: readonly string[]): boolean => spawnSync(program!, words).status === 0;

/** How a language reads the vectors, and prints the names of those that it verifies: Attendee's in a line, then Cronofy's. */
interface Language {
  readonly program: readonly string[];
  readonly version: readonly string[];
  readonly file: string;
  readonly text: string;
  /** Genuine messages that it does not know for such: the page says so. */
  readonly lost: readonly string[];
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  go: {
    version: ['go', 'version'],
    program: ['go', 'run', 'verify.go', 'main.go'],
    file: 'main.go',
    text: `package main

import ("encoding/json"; "fmt"; "os"; "strings")

type vector struct { Name, Body, Secret string; Signature string; Secrets []string }

func read(file string) []vector {
	text, _ := os.ReadFile(os.Args[1] + "/" + file)
	var all struct{ Vectors []vector }
	if err := json.Unmarshal(text, &all); err != nil { panic(err) }
	return all.Vectors
}

func main() {
	var attendee, cronofy []string
	for _, v := range read("attendee.json") { if verifyAttendee([]byte(v.Body), v.Signature, v.Secret) { attendee = append(attendee, v.Name) } }
	for _, v := range read("cronofy.json") { if verifyCronofy([]byte(v.Body), v.Signature, v.Secrets...) { cronofy = append(cronofy, v.Name) } }
	fmt.Println(strings.Join(attendee, ";"))
	fmt.Println(strings.Join(cronofy, ";"))
}`,
    // It has a number as Python never writes it.
    lost: ['floats with exponents'],
  },
  php: {
    version: ['php', '--version'],
    program: ['php', 'main.php'],
    file: 'main.php',
    text: String.raw`<?php
require 'verify.php';
$read = fn (string $file) => json_decode(file_get_contents("$argv[1]/$file"))->vectors;
$names = fn (array $all) => implode(';', array_map(fn ($v) => $v->name, $all));
echo $names(array_filter($read('attendee.json'), fn ($v) => verify_attendee($v->body, $v->signature, $v->secret))), "\n";
echo $names(array_filter($read('cronofy.json'), fn ($v) => verify_cronofy($v->body, $v->signature, $v->secrets))), "\n";`,
    lost: ['floats with exponents', 'integers beyond 2^53'],
  },
  ruby: {
    version: ['ruby', '--version'],
    program: ['ruby', 'main.rb'],
    file: 'main.rb',
    text: String.raw`require_relative "verify"
read = ->(file) { JSON.parse(File.read("#{ARGV[0]}/#{file}"))["vectors"] }
puts read["attendee.json"].select { |v| verify_attendee(v["body"], v["signature"], v["secret"]) }.map { |v| v["name"] }.join(";")
puts read["cronofy.json"].select { |v| verify_cronofy(v["body"], v["signature"], v["secrets"]) }.map { |v| v["name"] }.join(";")`,
    lost: ['floats with exponents'],
  },
};

const namesOf = (
  vectors: readonly { readonly name: string; readonly verdict: string }[],
  verdicts: readonly string[],
) => vectors.filter(({ verdict }) => verdicts.includes(verdict)).map(({ name }) => name);

for (const [language, { version, program, file, text, lost }] of Object.entries(LANGUAGES)) {
  test.runIf(isThere(...version))(
    `The verifiers of the page in ${language} believe what is genuine, and nothing else`,
    () => {
      const [name, code] = fileOf('docs/webhooks.md', language);
      const cwd = makeFolder();
      onTestFinished(() => rmSync(cwd, { recursive: true }));
      writeFileSync(join(cwd, name!), code!);
      writeFileSync(join(cwd, file), text);
      const env = { ...process.env, GO111MODULE: 'off' };
      const { stdout, stderr } = spawnSync(program[0]!, [...program.slice(1), VECTORS], { cwd, encoding: 'utf8', env });
      const [first = '', second = ''] = stdout.split('\n');
      expect(first.split(';'), stderr).toEqual(
        namesOf(attendee.vectors, ['ok']).filter((name) => !lost.includes(name)),
      );
      // What is no JSON has a signature all the same.
      expect(second.split(';'), stderr).toEqual(namesOf(cronofy.vectors, ['ok', 'body_not_json']));
    },
  );
}

test.runIf(isThere('go', 'version'))(
  'The suite of the page in Go passes, and says what happened if it does not',
  () => {
    const [name, code] = fileOf('docs/http.md', 'go');
    const suite = (text: string) => {
      const cwd = makeFolder();
      onTestFinished(() => rmSync(cwd, { recursive: true }));
      writeFileSync(join(cwd, 'go.mod'), 'module notes\n\ngo 1.21\n');
      writeFileSync(join(cwd, name!), text);
      mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
      symlinkSync(COMMAND, join(cwd, 'node_modules/.bin/greenroom'));
      return spawnSync(LANGUAGES['go']!.program[0]!, ['test', '-count=1', '-v', '.'], { cwd, encoding: 'utf8' });
    };
    expect(suite(code!)).toMatchObject({ status: 0, stdout: expect.stringContaining('--- PASS: TestBotEnds') });
    const early = suite(code!.replace('"by": "2h"', '"by": "70m"'));
    expect(early.status).toBe(1);
    expect(early.stdout).toMatch(/expected ended, was "joined_recording"\n.* request .*POST \/api\/v1\/bots → 201\n/);
  },
);
