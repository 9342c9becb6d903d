"""Sends bots of Attendee into meetings, and keeps what was said. `python app.py` prints the port that it takes."""

import base64
import hashlib
import hmac
import json
import os
import threading
import time

import requests
from flask import Flask, abort, request
from werkzeug.serving import make_server

app = Flask(__name__)
# By the id of the bot. A real app has a database.
meetings, seen = {}, set()


def attendee(method, path, **more):
    headers = {"Authorization": f"Token {os.environ['ATTENDEE_API_KEY']}"}
    response = requests.request(
        method, f"{os.environ['ATTENDEE_API_URL']}/api/v1{path}", headers=headers, timeout=10, **more
    )
    response.raise_for_status()
    return response.json()


def is_from_attendee(body, signature):
    """The canonical JSON of the body is signed, by the secret that the base64 of the dashboard encodes."""
    text = json.dumps(json.loads(body), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    mac = hmac.new(base64.b64decode(os.environ["ATTENDEE_WEBHOOK_SECRET"]), text, hashlib.sha256).digest()
    return hmac.compare_digest((signature or "").encode(), base64.b64encode(mac))


@app.post("/meetings")
def schedule():
    hooks = [{"url": f"{request.host_url}hooks/attendee", "triggers": ["bot.state_change"]}]
    wanted = {"meeting_url": request.json["url"], "join_at": request.json["at"], "bot_name": "Notes", "webhooks": hooks}
    bot = attendee("POST", "/bots", json=wanted)
    meetings[bot["id"]] = {"id": bot["id"], "state": bot["state"], "notes": None, "mails": 0}
    return meetings[bot["id"]], 201


@app.get("/meetings/<bot>")
def show(bot):
    return meetings.get(bot) or abort(404)


@app.post("/hooks/attendee")
def take():
    if not is_from_attendee(request.get_data(), request.headers.get("X-Webhook-Signature")):
        abort(401)
    event = request.get_json()
    meeting = meetings.get(event["bot_id"])
    # It may come twice.
    if meeting is None or event["idempotency_key"] in seen:
        return "", 204
    seen.add(event["idempotency_key"])
    meeting["state"] = event["data"]["new_state"]
    if meeting["state"] == "ended":
        # Attendee waits for the answer, and not for this.
        threading.Thread(target=write_notes, args=[meeting]).start()
    return "", 204


def write_notes(meeting):
    spoken = attendee("GET", f"/bots/{meeting['id']}/transcript")
    meeting["notes"] = summarize([f"{one['speaker_name']}: {one['transcription']['transcript']}" for one in spoken])
    meeting["mails"] += 1


def summarize(lines):
    # As a model would, it takes its time.
    time.sleep(0.2)
    return lines[:3]


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()
