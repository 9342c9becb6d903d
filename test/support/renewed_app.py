"""An app whose gunicorn renews its worker after every fourth request: prints for how many seconds a whole meeting takes."""

import json
import os
import subprocess
import sys
import time
import urllib.request

SERVER, KEY = os.environ["GREENROOM_URL"], os.environ["ATTENDEE_API_KEY"]
WORKERS = ["--threads", "2", "--max-requests", "4", "--log-level", "info"]


def hooks(environ, start_response):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("204 No Content", [])
    return []


def call(url, body, **headers):
    data, headers = json.dumps(body).encode(), {"content-type": "application/json", **headers}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
        return answer.read()


if __name__ == "__main__":
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", *WORKERS, "renewed_app:hooks"]
    with subprocess.Popen(command, cwd=os.path.dirname(__file__), stderr=subprocess.PIPE, text=True) as app:
        listening = next(line for line in app.stderr if "Listening at" in line)
        url = listening.split()[-2]
        call(url, {})
        webhooks = [{"url": f"{url}/hooks", "triggers": ["bot.state_change"]}]
        bot = {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "webhooks": webhooks}
        call(f"{SERVER}/api/v1/bots", bot, authorization=f"Token {KEY}")
        began = time.monotonic()
        call(f"{SERVER}/_greenroom/clock/advance", {"by": "2h"})
        print(time.monotonic() - began)
        app.terminate()
