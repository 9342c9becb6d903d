"""Drives greenroom through Cronofy's own Python SDK, unmodified. Reads greenroom's ready line from standard input."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import pycronofy
from pycronofy import settings
from pycronofy.batch import BatchBuilder
from pycronofy.exceptions import PyCronofyPartialSuccessError
import requests

REDIRECT = "https://app.example.com/callback"
INTERACTIONS = [
    {"type": "meeting_agent_activated"},
    {"type": "meeting_agent_complete"},
    {"type": "meeting_agent_failed"},
]


class Receiver(BaseHTTPRequestHandler):
    """The app's webhook endpoint: remembers what it was sent."""

    arrivals = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.arrivals.append((self.headers["Cronofy-HMAC-SHA256"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def check(what, holds):
    print(("ok    " if holds else "WRONG ") + what)
    if not holds:
        sys.exit(1)


def advance(room, **how):
    requests.post(room["control"] + "/clock/advance", json=how).raise_for_status()


def set_secrets(room, *previous):
    body = {"cronofy": {"previous_client_secrets": list(previous)}}
    requests.patch(room["control"] + "/workspaces/default", json=body).raise_for_status()


def client_of(room, **more):
    settings.API_BASE_URL = settings.APP_BASE_URL = room["url"]
    return pycronofy.Client(
        client_id=room["cronofy"]["client_id"], client_secret=room["cronofy"]["client_secret"], **more
    )


def authorize(client):
    link = client.user_auth_link(REDIRECT)
    location = requests.get(link, allow_redirects=False).headers["Location"]
    client.get_authorization_from_code(parse_qs(urlparse(location).query)["code"][0])
    check("a code gives tokens", len(client.auth.access_token) == 32)
    client.refresh_authorization()
    check("a refresh token gives tokens", len(client.auth.access_token) == 32)


def read_account(client, room):
    sub = client.userinfo()["sub"]
    check("userinfo and account are one", client.account()["account_id"] == sub)
    calendars = [calendar["calendar_id"] for calendar in client.list_calendars()]
    check("the calendar is listed", calendars == [room["cronofy"]["calendar_id"]])


def provision_on_event(client, calendar_id, subscriptions):
    for event_id in ("kept", "deleted"):
        client.upsert_event(
            calendar_id,
            {
                "event_id": event_id,
                "summary": "Planning",
                "start": "2026-01-01T10:00:00Z",
                "end": "2026-01-01T11:00:00Z",
                "conferencing": {"profile_id": "default"},
                "meeting_agent": {"profile_id": "cronofy"},
                "subscriptions": subscriptions,
            },
        )
    client.delete_event(calendar_id, "deleted")
    found = [event["event_id"] for event in client.read_events().all()]
    check("one event is left", found == ["kept"])


def schedule_and_cancel(client, room, subscriptions):
    for key in ("sent", "cancelled"):
        client.request_handler.post(
            endpoint="meeting_agents",
            use_api_key=True,
            data={
                "scheduling_key": key,
                "join_time": "2026-01-01T12:00:00Z",
                "join_url": "https://meet.google.com/abc-defg-hij",
                "on_behalf_of_attendee": {"email": "host@example.com"},
                "subscriptions": subscriptions,
            },
        )
    # The SDK's delete knows no API key, but sends any access token.
    by_key = client_of(room, access_token=room["cronofy"]["client_secret"])
    by_key.request_handler.delete(endpoint="meeting_agents", data={"scheduling_key": "cancelled"})


def download(client, callbacks):
    complete = [json.loads(body) for _, body in callbacks if '"state":"complete"' in body]
    urls = {one["category"]: one["url"] for one in complete[0]["meeting_agent"]["resources"]}
    transcript = client.request_handler.get(url=urls["transcript"], use_api_key=True).json()
    check("the transcript has paragraphs", len(transcript["transcript"]["paragraphs"]) > 1)
    video = client.request_handler.get(url=urls["video"], use_api_key=True)
    check("the video is one", video.headers["Content-Type"] == "video/mp4" and len(video.content) > 1000)


def around_calendars(room, client, calendar_id, uri):
    """Every call of the SDK about calendars: it succeeds, and the SDK reads the answer."""
    settings = {"permission_level": "unrestricted", "access_token_scope": "read_write"}
    requests.patch(room["control"] + "/workspaces/default", json={"cronofy": settings}).raise_for_status()
    user = client_of(room, access_token=room["cronofy"]["access_token"])
    noon = {"start": "2026-01-01T12:00:00Z", "end": "2026-01-01T13:00:00Z"}
    sub = user.userinfo()["sub"]
    invited = {"organizer": "bob@example.com", "attendees": [user.account()["email"]]}
    requests.post(
        room["control"] + "/backstage", json={"kind": "event_added", "summary": "Review", **invited, **noon}
    ).raise_for_status()
    channel = user.create_notification_channel(uri + "/channel", calendar_ids=(calendar_id,))
    check("the channel is listed", [one["channel_id"] for one in user.list_notification_channels()] == [channel["channel_id"]])
    user.close_notification_channel(channel["channel_id"])
    busy = [one["free_busy_status"] for one in user.read_free_busy(include_managed=False).all()]
    check("free-busy has the review", busy == ["busy"])
    slots = user.availability(
        participants={"members": [sub], "required": "all"},
        required_duration=60,
        available_periods=[{"start": noon["start"], "end": "2026-01-01T14:00:00Z"}],
        response_format="slots",
    )
    check("one hour is free", [slot["start"] for slot in slots] == [noon["end"]])
    review = [event for event in user.read_events(include_managed=False).all()][0]
    user.change_participation_status(calendar_id, review["event_uid"], "accepted")
    builder = BatchBuilder().upsert_event(calendar_id, {"event_id": "batch", "summary": "Batch", **noon})
    check("a batch has no errors", not user.batch(builder.delete_event(calendar_id, "batch")).has_errors())
    user.upsert_event(calendar_id, {"event_id": "bulk", "summary": "Bulk", **noon})
    user.delete_all_events(calendar_ids=(calendar_id,))
    check("bulk deletion leaves the review", len(list(user.read_events().all())) == 1)
    user.delete_external_event(calendar_id, review["event_uid"])
    check("the external event is gone", list(user.read_events().all()) == [])
    url = user.elevated_permissions([{"calendar_id": calendar_id, "permission_level": "unrestricted"}], REDIRECT)["url"]
    check("the user is asked", requests.get(url, allow_redirects=False).headers["Location"] == REDIRECT)
    check("there is a profile", user.list_profiles()[0]["profile_connected"])
    find_time(user, sub, noon)
    write_in_batches(room, user, calendar_id, noon)
    end_access(room, user)


def find_time(user, sub, noon):
    """Free time in the other two formats, and at fixed starts."""
    query = {
        "participants": [{"members": [{"sub": sub}], "required": 1}],
        "required_duration": {"minutes": 30},
        "start_interval": {"minutes": 15},
        "buffer": {"before": {"minutes": 10}, "after": {"minutes": 10}},
    }
    periods = [{"start": noon["start"], "end": noon["end"]}]
    found = user.availability(available_periods=periods, response_format="periods", **query)
    check("the hour is free as one period", [(one["start"], one["end"]) for one in found] == [tuple(noon.values())])
    found = user.availability(available_periods=periods, response_format="overlapping_slots", **query)
    check("three slots overlap in it", len(found) == 3)
    found = user.availability(query_slots=[{"start": noon["start"]}], response_format="slots", **query)
    check("a fixed start is free", [one["start"] for one in found] == [noon["start"]])


def write_in_batches(room, user, calendar_id, noon):
    """A batch with an agent in it, one with an event of others, and one in which something is wrong."""
    booked = {"event_id": "agent", "summary": "With an agent", "meeting_agent": {"profile_id": "cronofy"}, **noon}
    check("an agent is booked in a batch", not user.batch(BatchBuilder().upsert_event(calendar_id, booked)).has_errors())
    added = {"kind": "event_added", "summary": "Lunch", **noon}
    requests.post(room["control"] + "/backstage", json=added).raise_for_status()
    lunch = [event for event in user.read_events(include_managed=False, localized_times=True).all()][0]
    check("its time is localized", lunch["start"]["tzid"] == "Etc/UTC")
    user.batch(BatchBuilder().delete_external_event(calendar_id, lunch["event_uid"]))
    check("the lunch is gone", list(user.read_events(include_managed=False).all()) == [])
    try:
        user.batch(BatchBuilder().upsert_event(calendar_id, {"event_id": "no summary", **noon}))
        check("a batch with a wrong entry throws", False)
    except PyCronofyPartialSuccessError as error:
        check("a batch with a wrong entry throws", [one.status() for one in error.batch_response.errors()] == [422])
    user.delete_all_events()
    check("nothing is left", list(user.read_events(include_managed=True).all()) == [])


def end_access(room, user):
    """Another calendar, the page of a conferencing service, and the end of a profile."""
    profile = user.list_profiles()[0]["profile_id"]
    name = user.create_calendar(profile, "Bookings")["calendar"]["calendar_name"]
    again = user.create_calendar(profile, "Bookings", error_on_duplicate=False)
    check("a calendar is made, and found when it is there", name == again["calendar_name"] == "Bookings")
    page = requests.get(user.get_conferencing_services_auth_link(REDIRECT), allow_redirects=False)
    check("a conferencing service is asked for", page.headers["Location"] == REDIRECT)
    user.revoke_profile(profile)
    check("the profile has lost its connection", not user.list_profiles()[0]["profile_connected"])


def main():
    room = json.loads(sys.stdin.readline())
    receiver = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    uri = "http://127.0.0.1:%d/cronofy" % receiver.server_port
    subscriptions = [{"type": "webhook", "uri": uri, "interactions": INTERACTIONS}]

    client = client_of(room)
    authorize(client)
    read_account(client, room)
    provision_on_event(client, room["cronofy"]["calendar_id"], subscriptions)
    schedule_and_cancel(client, room, subscriptions)

    advance(room, to="2026-01-01T10:59:00Z")
    set_secrets(room, "CRN_the-secret-before")
    advance(room, by="3h")
    callbacks = Receiver.arrivals
    check("two agents were told of, four times", len(callbacks) == 4)
    check("every callback verifies", all(client.hmac_valid(hmac, body) for hmac, body in callbacks))
    check("the last ones carry two signatures", callbacks[-1][0].count(",") == 1)
    check("another body does not verify", not client.hmac_valid(callbacks[0][0], callbacks[0][1] + " "))
    download(client, callbacks)

    calendar = client_of(room)
    authorized = calendar.application_calendar("mine")
    check("an application calendar acts for itself", calendar.userinfo()["sub"] == authorized["sub"])

    calls = requests.get(room["control"] + "/requests?operation=readUserInfo").json()["requests"]
    check("the {} that the SDK sends with a GET is in the journal", calls[0]["request"]["body"] == "{}")
    client.revoke_authorization()
    around_calendars(room, client, room["cronofy"]["calendar_id"], uri)


main()
