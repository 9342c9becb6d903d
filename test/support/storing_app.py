"""An app in Python that takes its time to store the bot that it has made, and says of each webhook whether it knows that bot.

It makes and stores it in the way that it is told:

    storing_app.py WAY
"""

import asyncio
import json
import os
import queue
import socket
import sqlite3
import sys
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

API = os.environ["ATTENDEE_API_URL"] + "/api/v1/bots"
# What a process begins with is waited for in any case.
STARTED, STORES = 1.5, 0.3
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT sum(i) FROM n"
known, jobs, pool = set(), queue.Queue(), ThreadPoolExecutor()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/bots":
            store(make())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if self.path == "/hooks":
            self.told(message)

    @staticmethod
    def told(message):
        state = message["data"]["new_state"]
        print(state, message["bot_id"] in known, flush=True)
        if state == "ended":
            os._exit(0)

    def log_message(self, *args):
        pass


receiver = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
URL = f"http://127.0.0.1:{receiver.server_port}"


def ask(method, url, body=None):
    headers = {"Authorization": "Token " + os.environ["ATTENDEE_API_KEY"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as response:
        return response.read()


def bot(**more):
    webhooks = [{"url": f"{URL}/hooks", "triggers": ["bot.state_change"]}]
    return {"meeting_url": "https://meet.google.com/abc-defg-hij", "bot_name": "Notes", "webhooks": webhooks, **more}


def later():
    return {"join_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))}


def make():
    return json.loads(ask("POST", API, bot(**later())))["id"]


def store(made):
    """A query that works for long."""
    database, end = sqlite3.connect(":memory:"), time.monotonic() + STORES
    while time.monotonic() < end:
        database.execute(SLOW).fetchall()
    known.add(made)


def compute(made):
    end = time.monotonic() + STORES
    while time.monotonic() < end:
        sum(range(1000))
    known.add(made)


def ask_slowly(made):
    """A database that another process is, as it were."""
    with socket.create_connection(start_database()) as database:
        database.sendall(made.encode())
        known.add(database.recv(100).decode())


async def ask_slowly_async(made):
    reader, writer = await asyncio.open_connection(*start_database())
    writer.write(made.encode())
    known.add((await reader.read(100)).decode())
    writer.close()


def start_database():
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        connection, _ = listener.accept()
        said = connection.recv(100)
        time.sleep(STORES)
        connection.sendall(said)

    threading.Thread(target=answer).start()
    return listener.getsockname()


async def make_async():
    """Over a connection of the loop."""
    url, body = urllib.parse.urlsplit(API), json.dumps(bot(**later()))
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    key = os.environ["ATTENDEE_API_KEY"]
    head = f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Token {key}\r\nConnection: close\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    # A body is a piece of its own with most clients.
    writer.write(body.encode())
    answer = await reader.read()
    writer.close()
    return json.loads(answer.partition(b"\r\n\r\n")[2])["id"]


async def in_a_pool():
    made = await asyncio.to_thread(make)
    await asyncio.get_running_loop().run_in_executor(pool, store, made)


async def in_the_loop():
    store(await make_async())


async def over_a_connection():
    await ask_slowly_async(await make_async())


async def by_a_task():
    made = await make_async()
    inbox = asyncio.Queue()
    task = asyncio.ensure_future(consume(inbox))
    await asyncio.sleep(0)
    inbox.put_nowait(made)
    await task


async def consume(inbox):
    await asyncio.to_thread(store, await inbox.get())


def in_a_thread():
    threading.Thread(target=store, args=(make(),)).start()


def of_a_thread_that_ends():
    made = []
    thread = threading.Thread(target=lambda: made.append(make()))
    thread.start()
    thread.join()
    store(*made)


def by_messages():
    """Reads its bot after each message, in a thread that takes them from a queue that shows nothing, for three meetings."""
    inbox, began = queue.SimpleQueue(), time.monotonic()

    def take():
        for _ in range(3):
            made = json.loads(ask("POST", API, bot()))["id"]
            while inbox.get() != "ended":
                ask("GET", f"{API}/{made}")
        print(time.monotonic() - began)
        os._exit(0)

    Handler.told = staticmethod(lambda message: inbox.put(message["data"]["new_state"]))
    threading.Thread(target=take).start()


def by_a_taker():
    threading.Thread(target=lambda: store(jobs.get()), daemon=True).start()
    time.sleep(0.1)
    jobs.put(make())


WAYS = {
    "a handler": lambda: ask("POST", f"{URL}/bots", {}),
    "a script": lambda: store(make()),
    "the processor": lambda: compute(make()),
    "a thread": in_a_thread,
    "a thread that takes": by_a_taker,
    "another thread's call": lambda: store(pool.submit(make).result()),
    "a thread that ends": of_a_thread_that_ends,
    "a socket": lambda: ask_slowly(make()),
    "a pool": lambda: asyncio.run(in_a_pool()),
    "the loop": lambda: asyncio.run(in_the_loop()),
    "a connection": lambda: asyncio.run(over_a_connection()),
    "a task": lambda: asyncio.run(by_a_task()),
    "messages": by_messages,
}

if __name__ == "__main__":
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    time.sleep(STARTED)
    WAYS[sys.argv[1]]()
    # It is told of the whole meeting.
    threading.Event().wait()
