import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Project } from '../support/project.js';

const PYTEST = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'];
const HAS_PYTEST = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;

const FAILING = `import urllib.error

import pytest


def create_bot(room, **fields):
    key = room.access["attendee"]["api_key"]
    return room.call("POST", "/api/v1/bots", fields, {"authorization": f"Token {key}"})


def test_vendor(room):
    create_bot(room, bot_name="Notes")


def test_control(room):
    room.control("POST", "/clock/advance", {"by": "never"})


def test_key(room):
    room.call("GET", "/api/v1/bots")


@pytest.mark.parametrize("n", [1, 2])
def test_timeline(room, n):
    bot = create_bot(room, bot_name="Notes", meeting_url="https://meet.google.com/abc-defg-hij")
    room.control("POST", "/clock/advance", {"by": "5m"})
    assert bot["state"] == "ended"


def test_late(late):
    pass


@pytest.fixture
def late(room):
    create_bot(room, bot_name="Late", meeting_url="https://meet.google.com/abc-defg-hij")
    yield
    assert 0, "the fixture ends badly"


def test_caught(room):
    with pytest.raises(urllib.error.HTTPError) as caught:
        create_bot(room)
    assert (caught.value.code, b"required" in caught.value.read()) == (400, True)
`;

/** An app that books for ten minutes from now, and works on after it has answered a webhook. */
const APP = `import http.server
import json
import os
import threading
import time
import urllib.request
from datetime import datetime, timedelta, timezone

STATES = []


def call(path, body, key):
    headers = {"authorization": f"Token {key}", "content-type": "application/json"}
    request = urllib.request.Request(os.environ["ATTENDEE_API_URL"] + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def book(port):
    at = datetime.now(timezone.utc) + timedelta(minutes=10)
    hooks = [{"url": f"http://127.0.0.1:{port}/hooks", "triggers": ["bot.state_change"]}]
    bot = {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "join_at": at.isoformat(), "webhooks": hooks}
    return call("/api/v1/bots", bot, os.environ["ATTENDEE_API_KEY"])


def work(state):
    time.sleep(0.1)
    STATES.append(state)


class App(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = b"{}"
        if self.path == "/book":
            answer = json.dumps(book(self.server.server_port)).encode()
        else:
            threading.Thread(target=work, args=[json.loads(body)["data"]["new_state"]]).start()
        self.send(answer)

    def do_GET(self):
        self.send(json.dumps(STATES).encode())

    def send(self, answer):
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
print(server.server_port, flush=True)
server.serve_forever()
`;
const APP_TEST = `import json
import pathlib
import subprocess
import sys
import urllib.request

import pytest

FILE = pathlib.Path(__file__).parents[1] / "app.py"


@pytest.fixture
def app(room):
    command = [sys.executable, str(FILE)]
    with subprocess.Popen(command, env=room.environment(), stdout=subprocess.PIPE, text=True) as process:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def book(app):
    with urllib.request.urlopen(f"{app}/book", b"") as response:
        return json.load(response)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_states(room, app, n):
    bot = book(app)
    room.control("POST", "/clock/advance", {"until": {"subject": bot["id"], "state": "ended"}})
    with urllib.request.urlopen(app) as response:
        assert json.load(response)[-1] == "ended"
`;

describe.skipIf(!HAS_PYTEST)('The conftest.py of greenroom init', () => {
  /** A project with tests that fail, and what pytest prints of them. */
  function fail(env: Readonly<Record<string, string>> = {}) {
    const project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.write('tests/test_failing.py', FAILING);
    project.installGreenroom();
    return { project, ...project.run('python3', [...PYTEST, '-W', 'error', 'tests/test_failing.py'], { env }) };
  }

  test('has a failed call say what was refused, and why, in the words of the answer', () => {
    const { project, code, stdout } = fail();
    using _ = project;
    expect(code).toBe(1);
    expect(stdout).toContain(
      'HTTPError: HTTP Error 400: Bad Request to POST /api/v1/bots: {"meeting_url":["This field is required."]}\n',
    );
    expect(stdout).toMatch(
      /HTTPError: HTTP Error 422: Unprocessable Entity to POST \/_greenroom\/clock\/advance: Failed to .*"never"/,
    );
    expect(stdout).toMatch(/HTTP Error 401: .* GET \/api\/v1\/bots: .*\n(E +)?Greenroom-Hint: /);
    expect(stdout).not.toContain('urllib/request.py');
    expect(stdout).not.toContain('test_caught');
  });

  test('shows the timeline of a test that fails, also in a fixture', () => {
    const { project, stdout } = fail();
    using _ = project;
    expect(stdout).toMatch(/- The timeline of the room of test_timeline\[1\] -+\n.*POST \/api\/v1\/bots → 201\n/);
    expect(stdout).toMatch(/- The timeline of the room of test_late -+\n/);
  });

  test('says where the clock of such a test stands, and what comes next', () => {
    const { project, stdout } = fail();
    using _ = project;
    expect(stdout).toMatch(
      / POST \/api\/v1\/bots → 201\n(.*\n)+The clock stands at .+Z\. Next is ".+" of bot_\w+ at .+Z: /,
    );
    expect(stdout).toMatch(
      /Nothing has happened in it\.\nThe clock stands at .+Z, and nothing is left to happen by itself\.\n/,
    );
  });

  test('shows the calls of such a test that came without the key of its room, and why they were refused', () => {
    const { project, stdout } = fail();
    using _ = project;
    const title = 'No call has come with its keys. The newest of those with keys of no room';
    const call = 'GET /api/v1/bots → 401 wants "Authorization: Token KEY", was missing';
    expect(stdout).toMatch(new RegExp(`- ${title} -+\n.*${call}\n`));
    expect(stdout.split(title)).toHaveLength(2);
  });

  test('keeps each of them once, those of one name apart, and the calls of all', () => {
    const { project, stdout } = fail({ GREENROOM_ARTEFACTS: 'kept', GREENROOM_JOURNAL: 'journal.jsonl' });
    using _ = project;
    const pages = ['control', 'key', 'late', 'timeline-1', 'timeline-2', 'vendor'].map((name) => `test_${name}`);
    const kept = () => readdirSync(join(project.folder, 'kept')).toSorted();
    const both = (name: string) => [`${name}.run.jsonl`, `${name}.timeline.html`];
    const first = pages.flatMap(both);
    expect(kept()).toEqual(first);
    expect(stdout).toContain('npx greenroom replay kept/test_late.run.jsonl');
    const calls = () =>
      project
        .read('journal.jsonl')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    const before = calls().length;
    const again = ['tests/test_failing.py', '-k', 'late'];
    const env = { GREENROOM_ARTEFACTS: 'kept', GREENROOM_JOURNAL: 'journal.jsonl' };
    expect(project.run('python3', [...PYTEST, ...again], { env })).toMatchObject({ code: 1 });
    expect(kept()).toEqual([...first, ...both('test_late-2')].toSorted());
    expect(calls().length).toBeGreaterThan(before);
  });

  test('does not hide the failure of a test behind a folder that cannot be', () => {
    const { project, stdout } = fail({ GREENROOM_ARTEFACTS: 'requirements.txt' });
    using _ = project;
    expect(stdout).toMatch(/What happened in the room is not kept -+\n.*File exists: 'requirements\.txt'/);
    expect(stdout).toContain('AssertionError: the fixture ends badly');
    expect(stdout).not.toContain('INTERNALERROR');
  });

  const REFUSING = `import http.server
import threading

import pytest


class App(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("how", ["right", "wrong"])
@pytest.mark.parametrize("status", [401, 400])
def test_refused(room, status, how):
    if how == "wrong":
        room.control("POST", "/faults", {"on": "delivery", "match": {}, "do": {"signature": "wrong"}})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), App) as server:
        server.status = status
        threading.Thread(target=server.serve_forever).start()
        key = room.access["attendee"]["api_key"]
        hooks = [{"url": f"http://127.0.0.1:{server.server_port}/", "triggers": ["bot.state_change"]}]
        body = {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "webhooks": hooks}
        room.call("POST", "/api/v1/bots", body, {"authorization": f"Token {key}"})
        room.control("POST", "/clock/advance", {"by": "2h"})
        server.shutdown()
    assert 0
`;

  test('says that the app refuses webhooks whose signature is right', () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.write('tests/test_refusing.py', REFUSING);
    project.installGreenroom();
    const { code, stdout } = project.run('python3', [...PYTEST, 'tests/test_refusing.py']);
    const told = 'The app has refused 5 of 5 webhooks, and the signature of the first is right.';
    expect([code, stdout.split(told).length]).toEqual([1, 3]);
    for (const name of ['401-right', '400-right'])
      expect(stdout.split(`of test_refused[${name}]`)[1]!.split('of test_refused[')[0]).toContain(
        `${told} Does it verify with the secret in room.access?`,
      );
  });

  const HELD = `from loops import run, serve


def test_held(room):
    async def meet():
        async with serve() as port:
            key = room.access["attendee"]["api_key"]
            hooks = [{"url": f"http://127.0.0.1:{port}/", "triggers": ["bot.state_change"]}]
            body = {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "webhooks": hooks}
            room.call("POST", "/api/v1/bots", body, {"authorization": f"Token {key}"})
            room.control("POST", "/clock/advance", {"by": "2h"})

    run(meet)
    assert 0
`;

  const LOOPS = {
    asyncio: `import asyncio
import contextlib
import sys
import types

# One of the project's own.
sys.modules["trio"] = types.ModuleType("trio")


@contextlib.asynccontextmanager
async def serve():
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def run(work):
    asyncio.run(work())
`,
    trio: `import contextlib

import trio

assert trio.lowlevel.in_trio_run


async def wait(stream):
    await trio.sleep_forever()


@contextlib.asynccontextmanager
async def serve():
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(trio.serve_tcp, wait, 0)
        yield listeners[0].socket.getsockname()[1]
        nursery.cancel_scope.cancel()


run = trio.run
`,
  };

  test.for(Object.entries(LOOPS))(
    'says that a test in a loop of %s has kept the app of that loop from answering',
    ([name, loop], { skip }) => {
      skip(spawnSync('python3', ['-c', loop]).status !== 0, `python3 has no ${name} that tells whether it runs`);
      using project = new Project({ 'requirements.txt': '' });
      project.greenroom('init');
      project.write('tests/loops.py', loop);
      project.write('tests/test_held.py', HELD);
      project.installGreenroom();
      const { stdout } = project.run('python3', [...PYTEST, 'tests/test_held.py']);
      expect(stdout).toMatch(/has not answered 5 of 5 webhooks in time\. .*room\.control, …\), or trio\.to_thread/);
    },
  );

  const JUDGED = `import pytest


def call(room, path, headers=None):
    key = room.access["attendee"]["api_key"]
    with pytest.raises(OSError):
        room.call("GET", path, None, {"authorization": f"Token {key}"})


def test_stray(room):
    call(room, "/api/v1/botz")


def test_meant(room):
    call(room, "/api/v1/botz")
    room.is_judged = False


def test_other(room):
    assert room.control("GET", "/timeline")["entries"] == []
`;

  test('fails a test that has broken a contract, unless it says that it may', () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.write('tests/test_judged.py', JUDGED);
    project.installGreenroom();
    const { code, stdout } = project.run('python3', [...PYTEST, '-rE', 'tests/test_judged.py']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('3 passed, 1 error')]);
    expect(stdout).toMatch(/ERROR tests\/test_judged\.py::test_stray - Failed: 1 × a contract was broken:/);
    expect(stdout).toContain('error: GET /api/v1/botz expected perhaps GET /api/v1/bots');
  });

  test('takes the greenroom of exec, which judges what the tests call there', () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.write('tests/test_judged.py', JUDGED.replace('def test_stray', 'def not_run'));
    project.installGreenroom();
    const exec = ['exec', '--fail-on-violations', '--', 'python3', ...PYTEST];
    const { code, stderr } = project.greenroom(...exec, 'tests/test_greenroom.py');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/\nattendee: \d+ of .+\n(.+\n)*0 violations\n$/)]);
    expect(project.greenroom(...exec)).toMatchObject({ code: 1, stderr: expect.stringMatching(/\n1 violation\n$/) });
  });

  test('says why greenroom does not start', () => {
    using project = new Project({
      'requirements.txt': '',
      'greenroom.config.mjs': 'export default { sceanrio: "x" };',
    });
    project.greenroom('init');
    expect(project.run('python3', PYTEST).stdout).toMatch(
      /greenroom is not installed in .+: npm install --save-dev greenroom\n/,
    );
    project.write('package.json', '{ "devDependencies": { "greenroom": "^0.1.0" } }');
    expect(project.run('python3', PYTEST).stdout).toMatch(/greenroom is not installed in .+: npm install\n/);
    project.installGreenroom();
    const { stdout } = project.run('python3', PYTEST);
    expect(stdout).toMatch(/greenroom did not start in .+:\n.*"sceanrio"/);
    expect(stdout).not.toContain('installed');
  });

  test('starts a greenroom that ends with pytest, also with one that is killed', async () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.installGreenroom();
    project.write(
      'tests/test_killed.py',
      'import os, signal\n\n\ndef test_a(room):\n    print(room.url, flush=True)\n    os.kill(os.getpid(), signal.SIGKILL)\n',
    );
    const { stdout } = project.run('python3', [...PYTEST, '-s', 'tests/test_killed.py']);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)![0];
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => 'is there',
            () => 'is gone',
          ),
        { timeout: 20_000 },
      )
      .toBe('is gone');
  });

  test('gives an app in a process of its own what it needs, and an advance waits for its work', () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.installGreenroom();
    project.write('app.py', APP);
    project.write('tests/test_app.py', APP_TEST);
    expect(project.run('python3', [...PYTEST, 'tests/test_app.py'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 passed'),
    });
  });

  const BUSY_TEST = `import threading

from test_app import app, book


def test_busy(room, app):
    book(app)
    threading.Thread(target=room.control, args=("POST", "/clock/advance", {"by": "2h"})).start()
    while not any("in_hand" in one for one in room.control("GET", "/clock?wait=false")["probes"]):
        pass
    room.control("POST", "/clock/hold", {"reason": "the import runs"})
    assert 0
`;

  test('says what the clock of a test that fails waits for', () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.installGreenroom();
    project.write('app.py', APP.replace('time.sleep(0.1)', 'time.sleep(1.5)'));
    project.write('tests/test_app.py', APP_TEST);
    project.write('tests/test_busy.py', BUSY_TEST);
    const { stdout } = project.run('python3', [...PYTEST, 'tests/test_busy.py']);
    expect(stdout).toMatch(
      /\nTime stands: the hold hold_1 \(the import runs\) is to be released first\.\nTime stands while the process \d+ of the app is not at rest, for 10 s at most: it has in hand a thread\.\n/,
    );
  });

  test('gives it the variables that greenroom env prints', () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.installGreenroom();
    project.write(
      'tests/test_env.py',
      `import json, subprocess
from conftest import program


def test_env(room):
    command = [program(), "env", "--json", "--url", room.url, "--workspace", room.access["id"]]
    printed, given = json.loads(subprocess.check_output(command)), room.environment()
    assert {name: given.get(name) for name in printed} == printed
`,
    );
    const env = { NO_PROXY: '10.0.0.1' };
    expect(project.run('python3', [...PYTEST, 'tests/test_env.py'], { env })).toMatchObject({ code: 0 });
  });

  test('finds the project from wherever it is moved to', () => {
    using project = new Project({
      'setup.py': '',
      'tests/unit/test_a.py': 'def test_a(room): room.control("GET", "/clock")',
    });
    project.greenroom('init');
    project.installGreenroom();
    project.write('tests/conftest.py', project.read('tests/unit/greenroom/conftest.py'));
    rmSync(join(project.folder, 'tests/unit/greenroom/conftest.py'));
    expect(project.run('python3', PYTEST)).toMatchObject({ code: 0, stdout: expect.stringContaining('2 passed') });
  });
});
