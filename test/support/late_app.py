"""An app in Python that answers each webhook at once and works afterwards, and a test of it, in one process.

After the webhook of `joined_recording` it waits, in the next of the ways that it is told, and has the bot leave:

    late_app.py SERVER WAY,WAY MS LIVES
"""

import asyncio
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

API, ROOM = os.environ["ATTENDEE_API_URL"] + "/api/v1", os.environ["GREENROOM_URL"] + "/_greenroom"


def call(url, body=None):
    headers = {"Authorization": "Token " + os.environ["ATTENDEE_API_KEY"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
        return json.loads(response.read())


def leave(bot, seconds):
    time.sleep(seconds)
    call(f"{API}/bots/{bot}/leave", {})


def read_and_leave(bot, seconds):
    for path in ("clock", "timeline", "deliveries"):
        assert call(f"{ROOM}/{path}")["settled"] is False
        time.sleep(seconds / 3)
    leave(bot, 0)


async def read_and_leave_async(bot, seconds):
    for path in ("clock", "timeline", "deliveries"):
        url = urllib.parse.urlsplit(f"{ROOM}/{path}")
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n".encode())
        assert b'"settled":false' in await reader.read()
        writer.close()
        await asyncio.sleep(seconds / 3)
    await leave_async(bot, 0)


async def leave_async(bot, seconds):
    await asyncio.sleep(seconds)
    await asyncio.get_running_loop().run_in_executor(None, leave, bot, 0)


def leave_with_server(bot, seconds):
    """While this message is on its way another process of the app begins, which serves until it is told to end."""
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE)
    server.stdout.readline()

    def work():
        try:
            leave(bot, seconds)
        finally:
            server.terminate()
            server.wait()

    threading.Thread(target=work).start()


def leave_by_job(queue):
    """In a worker, which waits for jobs in a process of its own."""
    import late_queues

    return late_queues.queue(queue).put


def start_worker(queue):
    # It warns of a superuser.
    command = [sys.executable, "-W", "ignore", "late_queues.py", queue]
    worker = subprocess.Popen(command, cwd=os.path.dirname(__file__), stdout=subprocess.PIPE, text=True)
    # What it prints before is for people.
    assert any(line == "the worker is ready\n" for line in worker.stdout)
    return worker


async def serve_nobody():
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    print("ready", flush=True)
    await end.wait()


def leave_by_timer(bot, seconds):
    loop = asyncio.get_running_loop()
    loop.call_later(seconds, lambda: kept.append(loop.create_task(leave_async(bot, 0))))


def leave_by_reactor(bot, seconds):
    from twisted.internet import reactor

    reactor.callLater(seconds, threading.Thread(target=leave, args=(bot, 0)).start)


def leave_by_consumer(*work):
    """The first message starts what lives as long as the app."""
    global queue
    if queue is None:
        queue = asyncio.Queue()
        kept.extend(asyncio.get_running_loop().create_task(task) for task in (consume(), wait_for_nothing()))
    queue.put_nowait(work)


async def consume():
    while True:
        await leave_async(*await asyncio.wait_for(queue.get(), 3600))


async def wait_for_nothing():
    await asyncio.gather(asyncio.Event().wait(), asyncio.Queue().get(), asyncio.sleep(3600))


def leave_by_taker(*work):
    """The first message starts what lives as long as the app."""
    global taker
    if taker is None:
        import queue as queues

        taker = queues.Queue()
        threading.Thread(target=take, daemon=True).start()
    taker.put(work)


def take():
    while True:
        leave(*taker.get())


def leave_by_message(way):
    """By what lives as long as the app, and waits in a server as clients of Redis do."""

    def tell(*work):
        import late_messages

        if not messages:
            messages.append(late_messages.Messages(leave))
        getattr(messages[0], way)(*work)

    return tell


def leave_by_scheduler(*work):
    import datetime

    due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=0.5)
    scheduler.add_job(leave, "date", run_date=due, args=work)


def start_scheduler():
    """It has more to do than what comes of webhooks."""
    from apscheduler.schedulers.background import BackgroundScheduler

    made = BackgroundScheduler(timezone="UTC")
    made.add_job(len, "interval", seconds=0.5, args=[""])
    made.start()
    return made


class Task:
    """As one of Celery, which has a module of Celery."""

    __module__ = "celery.local"

    def __call__(self, *work):
        leave(*work)


pool, kept, messages, queue, taker, scheduler = ThreadPoolExecutor(), [], [], None, None, None
WAYS = {
    "thread": lambda *work: threading.Thread(target=leave, args=work).start(),
    "thread of a task": lambda *work: threading.Thread(target=Task(), args=work).start(),
    "timer": lambda bot, seconds: threading.Timer(seconds, leave, (bot, 0)).start(),
    "pool": lambda *work: pool.submit(leave, *work),
    "fork": lambda *work: multiprocessing.get_context("fork").Process(target=leave, args=work).start(),
    "process": lambda bot, seconds: subprocess.Popen([sys.executable, __file__, "leave", bot, str(seconds)]),
    "at once": leave,
    "reads": lambda *work: threading.Thread(target=read_and_leave, args=work).start(),
    "reads of a pool": lambda *work: pool.submit(read_and_leave, *work),
    "reads at once": read_and_leave,
    "taker": leave_by_taker,
    "message": leave_by_message("put"),
    "published": leave_by_message("publish"),
    "scheduled": leave_by_scheduler,
}
# A way that names a queue.
QUEUE = "queue "
ASYNC_WAYS = {
    "task": lambda *work: kept.append(asyncio.get_running_loop().create_task(leave_async(*work))),
    "timer": leave_by_timer,
    "reactor": leave_by_reactor,
    "consumer": leave_by_consumer,
    "server": leave_with_server,
    "reads": lambda *work: kept.append(asyncio.get_running_loop().create_task(read_and_leave_async(*work))),
}


def answer(event, ways=WAYS):
    if event["data"].get("new_state") == "joined_recording":
        work = leave_by_job(way[len(QUEUE) :]) if way.startswith(QUEUE) else ways[way]
        work(event["bot_id"], seconds)


def serve_http():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            answer(event)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    return server.serve_forever, server.server_port


def serve_flask():
    import logging

    from flask import Flask, Response, request
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").disabled = True
    app = Flask(__name__)

    @app.post("/hooks")
    def hooks():
        event, response = request.get_json(), Response(status=200)
        # Werkzeug has sent the answer by then.
        response.call_on_close(lambda: answer(event))
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    return server.serve_forever, server.server_port


def serve_django():
    """As manage.py runserver does, each request in a thread of its own."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse

    def hooks(request):
        answer(json.loads(request.body))
        return HttpResponse()

    set_up_django(hooks)
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    return server.serve_forever, server.server_port


def serve_django_async(serve_app=None):
    from django.core.asgi import get_asgi_application
    from django.http import HttpResponse

    async def hooks(request):
        answer(json.loads(request.body), {**WAYS, **ASYNC_WAYS})
        return HttpResponse()

    set_up_django(hooks)
    return (serve_app or serve_uvicorn)(get_asgi_application())


def serve_daphne():
    """As Channels does, in Twisted."""
    from daphne.server import Server

    def serve(app):
        # It takes no socket that listens already.
        with listen() as free:
            port = free.getsockname()[1]
        endpoint = f"tcp:{port}:interface=127.0.0.1"
        is_ready = threading.Event()
        server = Server(app, [endpoint], signal_handlers=False, ready_callable=is_ready.set)
        threading.Thread(target=server.run, daemon=True).start()
        is_ready.wait()
        return None, port

    return serve_django_async(serve)


def serve_aiohttp():
    from aiohttp import web

    async def hooks(request):
        answer(await request.json(), {**WAYS, **ASYNC_WAYS})
        return web.Response()

    app, listening = web.Application(), listen()
    app.add_routes([web.post("/hooks", hooks)])
    return lambda: web.run_app(app, sock=listening, print=None, handle_signals=False), listening.getsockname()[1]


def set_up_django(hooks):
    from django.conf import settings
    from django.urls import path

    settings.configure(ROOT_URLCONF=(path("hooks", hooks),), ALLOWED_HOSTS=["127.0.0.1"], LOGGING_CONFIG=None)


def serve_fastapi():
    from fastapi import BackgroundTasks, FastAPI, Request

    app = FastAPI()

    @app.post("/hooks")
    async def hooks(request: Request, background: BackgroundTasks):
        event = await request.json()
        if way in ASYNC_WAYS:
            answer(event, ASYNC_WAYS)
        else:
            background.add_task(answer, event)

    return serve_uvicorn(app)


def listen():
    return socket.create_server(("127.0.0.1", 0))


def serve_uvicorn(app):
    import uvicorn

    listening = listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    return lambda: server.run(sockets=[listening]), listening.getsockname()[1]


SERVERS = {
    "http.server": serve_http,
    "flask": serve_flask,
    "django": serve_django,
    "asgiref": serve_django_async,
    "fastapi": serve_fastapi,
    "daphne": serve_daphne,
    "aiohttp": serve_aiohttp,
}


def live(hooks):
    """True if the app was served at the instant of its webhook."""
    webhooks = [{"url": hooks, "triggers": ["bot.state_change"]}]
    meeting = {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "webhooks": webhooks}
    bot = call(f"{API}/bots", meeting)["id"]
    call(f"{ROOM}/clock/advance", {"until": "idle"})
    entries = call(f"{ROOM}/timeline?subject={bot}")["entries"]
    told = [entry["at"] for entry in entries if entry["kind"] == "delivery" and entry.get("state") == "joined_recording"]
    asked = [entry["at"] for entry in entries if f"{bot}/leave" in entry["summary"]]
    return told == asked


if __name__ == "__main__":
    if sys.argv[1] == "leave":
        leave(sys.argv[2], float(sys.argv[3]))
        sys.exit()
    if sys.argv[1] == "serve":
        asyncio.run(serve_nobody())
        sys.exit()
    kind, ways, seconds, lives = sys.argv[1], sys.argv[2].split(","), float(sys.argv[3]) / 1000, int(sys.argv[4])
    serve, port = SERVERS[kind]()
    if serve:
        threading.Thread(target=serve, daemon=True).start()
    if {"message", "published"} & set(ways):
        import late_messages

        late_messages.start()
    if "scheduled" in ways:
        scheduler = start_scheduler()
    workers = [start_worker(one[len(QUEUE) :]) for one in ways if one.startswith(QUEUE)]
    exact, began = 0, time.monotonic()
    for i in range(lives):
        way = ways[i % len(ways)]
        exact += live(f"http://127.0.0.1:{port}/hooks")
    took = time.monotonic() - began
    probes = call(f"{ROOM}/clock")["probes"]
    for worker in workers:
        worker.terminate()
        worker.communicate()
    notes = [entry["text"] for entry in call(f"{ROOM}/timeline")["entries"] if entry.get("topic") == "probe"]
    print(json.dumps({"exact": exact, "pid": os.getpid(), "probes": probes, "notes": notes, "took": took}))
