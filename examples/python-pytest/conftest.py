"""A greenroom for the tests, and the app that is tested, both as processes: pytest talks to them over HTTP."""

import json
import os
import pathlib
import subprocess
import urllib.request

import pytest

APP = pathlib.Path(os.environ.get("MEETING_NOTES", pathlib.Path(__file__).parent.parent / "meeting-notes"))


def call(method, url, body=None, headers=None):
    """Sends JSON and reads JSON; gives the status and the body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
            return response.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, None


class Room:
    """The control plane of greenroom, as far as these tests need it."""

    def __init__(self, ready):
        self.url, self.cronofy, self.attendee = ready["url"], ready["cronofy"], ready["attendee"]

    def post(self, path, body):
        status, answer = call("POST", f"{self.url}/_greenroom{path}", body)
        assert status < 300, (status, answer)
        return answer

    def advance(self, **how):
        return self.post("/clock/advance", how)

    def deliveries(self, query=""):
        return call("GET", f"{self.url}/_greenroom/deliveries{query}")[1]["deliveries"]


@pytest.fixture(scope="session")
def greenroom():
    # Its own program, and not npx: with --exit-with-parent it ends with pytest, also with one that is killed.
    command = [APP / "node_modules" / ".bin" / "greenroom", "--exit-with-parent"]
    flags = ["--port", "0", "--clock", "frozen", "--json"]
    with subprocess.Popen([*command, *flags], cwd=APP, stdout=subprocess.PIPE, text=True) as server:
        yield Room(json.loads(server.stdout.readline()))
        server.terminate()


@pytest.fixture
def room(greenroom):
    greenroom.post("/reset", None)
    return greenroom


@pytest.fixture
def app(room):
    env = {
        **os.environ,
        "PORT": "0",
        "CRONOFY_API_URL": room.url,
        "CRONOFY_CLIENT_SECRET": room.cronofy["client_secret"],
        "ATTENDEE_API_URL": room.url,
        "ATTENDEE_API_KEY": room.attendee["api_key"],
        "ATTENDEE_WEBHOOK_SECRET": room.attendee["webhook_secret"],
    }
    with subprocess.Popen(["node", "src/main.js"], cwd=APP, env=env, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[-1]
        process.terminate()
