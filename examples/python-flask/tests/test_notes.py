"""The app of ../app.py in a process of its own, with the probe: an advance waits for its work. `room` is of conftest.py."""

import pathlib
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
import requests

APP = pathlib.Path(__file__).parents[1] / "app.py"


@pytest.fixture
def app(room):
    command = [sys.executable, str(APP)]
    with subprocess.Popen(command, env=room.environment(), stdout=subprocess.PIPE, text=True) as process:
        # It listens by then.
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def schedule(app):
    at = datetime.now(timezone.utc) + timedelta(minutes=10)
    meeting = {"url": "https://meet.google.com/abc-defg-hij", "at": at.isoformat()}
    answer = requests.post(f"{app}/meetings", json=meeting, timeout=10)
    answer.raise_for_status()
    return f"{app}/meetings/{answer.json()['id']}"


def read(meeting):
    return requests.get(meeting, timeout=10).json()


def test_notes_are_there_when_the_meeting_is_over(room, app):
    meeting = schedule(app)
    room.control("POST", "/clock/advance", {"by": "20m"})
    assert read(meeting)["state"] == "joined_recording"
    room.control("POST", "/clock/advance", {"by": "1h"})
    assert read(meeting)["state"] == "ended"
    assert read(meeting)["notes"]


def test_a_webhook_that_comes_twice_sends_one_mail(room, app):
    room.control("POST", "/faults", {"on": "delivery", "match": {"state": "ended"}, "do": {"duplicate": 1}})
    meeting = schedule(app)
    room.control("POST", "/clock/advance", {"by": "2h"})
    assert read(meeting)["mails"] == 1


def test_a_forged_webhook_changes_nothing(room, app):
    room.control("POST", "/faults", {"on": "delivery", "match": {}, "do": {"signature": "wrong"}})
    meeting = schedule(app)
    room.control("POST", "/clock/advance", {"by": "2h"})
    assert read(meeting)["state"] == "scheduled"
