import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readPage } from '../support/pages.js';
import { Project } from '../support/project.js';

const PYTEST = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-W', 'error'];
const HAS_PYTEST = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;

/** An app that answers each webhook and works afterwards, in a thread or in the loop of the test that has made it. */
const TESTS = `import asyncio
import http.server
import json
import threading
import time

import pytest

STATES = ["joining", "joined_not_recording", "joined_recording", "post_processing", "ended"]


def create_bot(room, port):
    hooks = [{"url": f"http://127.0.0.1:{port}/", "triggers": ["bot.state_change"]}]
    body = {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "webhooks": hooks}
    return room.call("POST", "/api/v1/bots", body, {"authorization": "Token " + room.access["attendee"]["api_key"]})


def notes_of(room):
    return [one["text"] for one in room.control("GET", "/timeline?kind=note")["entries"] if one["topic"] == "probe"]


def live(room):
    seen = []

    class App(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(204)
            self.end_headers()
            threading.Thread(target=self.work, args=[told["data"]["new_state"]]).start()

        def work(self, state):
            time.sleep(0.2)
            seen.append(state)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), App) as server:
        threading.Thread(target=server.serve_forever).start()
        create_bot(room, server.server_port)
        room.control("POST", "/clock/advance", {"until": "idle"})
        server.shutdown()
    return seen


@pytest.mark.parametrize("n", [1, 2])
def test_thread(room, n):
    room.probe_here()
    assert (live(room), notes_of(room)) == (STATES, [])


@pytest.mark.parametrize("has_probe", [False, True])
def test_failing(room, has_probe):
    if has_probe:
        room.probe_here()
    assert [has_probe, live(room)] == "mine"


async def serve(seen):
    tasks = set()

    async def work(state):
        await asyncio.sleep(0.2)
        seen.append(state)

    async def hooks(reader, writer):
        head = await reader.readuntil(b"\\r\\n\\r\\n")
        length = next(int(line[15:]) for line in head.decode().lower().split("\\r\\n") if line.startswith("content-length:"))
        told = json.loads(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\\r\\nconnection: close\\r\\n\\r\\n")
        writer.close()
        tasks.add(asyncio.create_task(work(told["data"]["new_state"])))

    return await asyncio.start_server(hooks, "127.0.0.1", 0)


@pytest.mark.parametrize("n", [1, 2])
def test_loop(room, n):
    async def run(seen):
        server = await serve(seen)
        room.probe_here()
        await asyncio.to_thread(create_bot, room, server.sockets[0].getsockname()[1])
        await asyncio.to_thread(room.control, "POST", "/clock/advance", {"until": "idle"})
        server.close()
        return seen

    assert (asyncio.run(run([])), notes_of(room)) == (STATES, [])


def test_held(room):
    async def run(seen):
        server = await serve(seen)
        create_bot(room, server.sockets[0].getsockname()[1])
        room.control("POST", "/clock/advance", {"by": "10m"})
        server.close()
        assert seen == STATES

    asyncio.run(run([]))
`;

/** A client that has no port, as those of most frameworks. */
const PLAYED = `import json

from play import play


class Client:
    def __init__(self, room):
        self.room, self.told = room, []

    def post(self, path, content, headers):
        data = json.loads(content)["data"]
        self.told.append([path, data["new_state"], self.room.control("GET", "/clock")["now"][:19] == data["created_at"][:19]])
        assert headers["X-Webhook-Signature"]


def test_played(room):
    hooks = [{"url": "https://myapp.example/hooks", "triggers": ["bot.state_change"]}]
    body = {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "webhooks": hooks}
    room.call("POST", "/api/v1/bots", body, {"authorization": "Token " + room.access["attendee"]["api_key"]})
    client = Client(room)
    play(room, client)
    states = ["joining", "joined_not_recording", "joined_recording", "post_processing", "ended"]
    assert client.told == [["/hooks", state, True] for state in states]
`;

describe.skipIf(!HAS_PYTEST)('The conftest.py of greenroom init, for an app in the process of the test', () => {
  function runTests(which: string, run: (project: Project, args: readonly string[]) => { stdout: string }) {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.write('tests/test_here.py', TESTS);
    project.installGreenroom();
    return run(project, [...PYTEST, 'tests/test_here.py', '-k', which]).stdout;
  }

  test('has an advance wait for its work, in a thread or in the loop of the test, test after test', () => {
    const stdout = runTests('thread or loop', (project, args) => project.run('python3', args));
    expect(stdout).toContain('\n4 passed');
  });

  test('does so under greenroom exec, too, whose probe is that of another room', () => {
    const stdout = runTests('thread or loop', (project, args) => project.greenroom('exec', '--', 'python3', ...args));
    expect(stdout).toContain('\n4 passed');
  });

  test('has webhooks for a client without a port, as docs/python.md gives them to one', () => {
    using project = new Project({ 'requirements.txt': '' });
    project.greenroom('init');
    project.write('tests/play.py', /```python play\.py\n([^]*?)```/.exec(readPage('docs/python.md'))![1]);
    project.write('tests/test_played.py', PLAYED);
    project.installGreenroom();
    const { stdout } = project.run('python3', [...PYTEST, 'tests/test_played.py']);
    expect(stdout).toContain('\n1 passed');
  });

  test('says of a test that fails that its app has no probe, and how it gets one', () => {
    const stdout = runTests('failing', (project, args) => project.run('python3', args));
    const [, without, probed] = stdout.split('The timeline of the room of test_failing');
    const said =
      'The app has no probe, so time does not stand for what it does after its answer to a webhook. room.probe_here() ';
    expect([without, probed]).toEqual([expect.stringContaining(said), expect.not.stringContaining(said)]);
  });

  test('says why the app did not answer if the test has held up its loop', () => {
    const stdout = runTests('held', (project, args) => project.run('python3', args));
    expect(stdout).toMatch(
      /The app has not answered \d of \d webhooks in time\. An asynchronous test has called the room, .*: write await asyncio\.to_thread\(room\.control, …\), or trio\.to_thread\.run_sync or anyio\.to_thread\.run_sync for it\.\n/,
    );
  });
});
