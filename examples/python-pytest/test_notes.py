"""The app of ../meeting-notes, tested from Python over HTTP."""

import pytest
from conftest import call

MEETINGS = {
    "cronofy": "https://teams.microsoft.com/meet/2345678901234?p=abcdefg",
    "attendee": "https://meet.google.com/abc-defg-hij",
}


def schedule(app, vendor):
    meeting = {"id": "standup", "vendor": vendor, "join_url": MEETINGS[vendor], "starts_at": "2026-01-01T10:00:00Z"}
    assert call("POST", f"{app}/meetings", meeting)[0] == 201


@pytest.mark.parametrize("vendor", MEETINGS)
def test_notes_are_there_when_the_meeting_is_over(room, app, vendor):
    schedule(app, vendor)
    room.advance(to="2026-01-01T09:59:59Z")
    assert call("GET", f"{app}/meetings/standup")[1]["state"] == "joining"
    room.advance(until="idle")
    meeting = call("GET", f"{app}/meetings/standup")[1]
    assert meeting["state"] == "done"
    assert meeting["notes"][0]["text"]


def test_a_forged_webhook_changes_nothing(room, app):
    room.post("/faults", {"on": "delivery", "match": {}, "do": {"signature": "wrong"}})
    schedule(app, "attendee")
    room.advance(by="3h")
    assert call("GET", f"{app}/meetings/standup")[1]["state"] == "scheduled"
    assert {attempt["status"] for delivery in room.deliveries() for attempt in delivery["attempts"]} == {401}
