"""Tells greenroom when this process is at rest, so that time stands while the app works. For Python 3.9 and later.

`greenroom exec` has Python load it, and it does nothing without GREENROOM_PROBE. It counts what began since a webhook went
out: requests in hand (http.server, wsgiref, Flask's and Django's servers, gunicorn, waitress, uvicorn), tasks of asyncio,
threads, work given to pools, and child processes that have just started.
"""

import atexit
import functools
import importlib.abc
import importlib.util
import json
import os
import socket
import sys
import threading
import time
import weakref

WIRE = 1
LONGEST_TIMER = 2.0
CALM_LOOKS = 5
LOOK_AGAIN = 0.0005
HEARTBEAT = 0.25
CHILD_START = 1.0
PYTHON_START = 5.0

_start_thread = threading.Thread.start


def _now():
    """Milliseconds on the clock that all processes of this machine share, Node's included."""
    clock = time.CLOCK_MONOTONIC_RAW if sys.platform == "darwin" else time.CLOCK_MONOTONIC
    return time.clock_gettime(clock) * 1000


class _Work:
    """What this process has in hand, with the time since when."""

    def __init__(self):
        # A finalizer may begin something while something is noted.
        self.lock = threading.RLock()
        self.began = _now()
        self.stirs = 0
        self.seen = []
        self.requests = {}
        self.tasks, self.futures, self.threads, self.children = (weakref.WeakKeyDictionary() for _ in range(4))
        self.forks = {}

    def note(self, table, thing):
        with self.lock:
            table[thing] = _now()
            self.stirs += 1
        return thing

    def begin(self, request):
        with self.lock:
            self.seen.append(_now())
            self.note(self.requests, id(request))

    def end(self, request):
        with self.lock:
            self.requests.pop(id(request), None)
            self.stirs += 1

    def since(self, table, since):
        with self.lock:
            return [thing for thing, at in list(table.items()) if at >= since]

    def count_seen(self, since):
        with self.lock:
            self.seen = [at for at in self.seen if at >= since]
            return len(self.seen)

    def reason(self, since):
        """Why this process is not at rest after a message of this instant, in words."""
        if self.since(self.requests, since):
            return "a request that it has not answered"
        # Zero: since the process began. What serves has begun then, and never ends.
        if since == 0:
            return None
        if self.began >= since:
            return "the code of a process that has just begun"
        if any(not task.done() for task in self.since(self.tasks, since)):
            return "a task of asyncio"
        if any(not future.done() for future in self.since(self.futures, since)):
            return "work of a pool"
        return "a thread" if any(_is_working(thread) for thread in self.since(self.threads, since)) else None

    def started(self, since):
        """The children that may not have had the time to speak for themselves."""
        latest, started = _now() - CHILD_START * 1000, []
        for child in self.since(self.children, since):
            patience = PYTHON_START if "python" in str(child.args) or "node" in str(child.args) else CHILD_START
            if child.poll() is None and self.children[child] > _now() - patience * 1000:
                started.append(child.pid)
        started += self.since(self.forks, max(since, latest))
        return [str(pid) for pid in started]


def _is_working(thread):
    """Threads of pools and of connections wait for work, and what they have in hand counts by itself."""
    target = getattr(getattr(thread, "_target", None), "__name__", "")
    pooled = target in ("process_request_thread", "_worker") or type(thread).__module__.startswith("anyio")
    return thread.is_alive() and not pooled and getattr(thread, "interval", 0) < LONGEST_TIMER


_work = _Work()
_connection = None


def _wrap(owner, name, make):
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(make(original)))


def _noting(table):
    """What this gives is in hand until it is done."""
    return lambda make: lambda *args, **kwargs: _work.note(getattr(_work, table), make(*args, **kwargs))


def _noting_self(table):
    def make(original):
        def begin(self, *args, **kwargs):
            original(self, *args, **kwargs)
            _work.note(getattr(_work, table), self)

        return begin

    return make


def _in_request(original):
    def handle(*args, **kwargs):
        request = object()
        _work.begin(request)
        try:
            return original(*args, **kwargs)
        finally:
            _work.end(request)

    return handle


def _in_async_request(original):
    async def handle(*args, **kwargs):
        request = object()
        _work.begin(request)
        try:
            return await original(*args, **kwargs)
        finally:
            _work.end(request)

    return handle


def _begin_one(original):
    def begin(self, *args, **kwargs):
        _work.begin(self)
        return original(self, *args, **kwargs)

    return begin


def _end_one(original):
    def end(self, *args, **kwargs):
        try:
            return original(self, *args, **kwargs)
        finally:
            _work.end(self)

    return end


def _watch_http_server(module):
    """A request begins when its first line has been read, and ends when its handler is done, or its connection."""
    handler = module.BaseHTTPRequestHandler

    def init(original):
        def begin(self, *args, **kwargs):
            # Servers have handlers of their own, which do not call this one.
            one = type(self).handle_one_request
            self.handle_one_request = functools.partial(_end_one(one), self)
            original(self, *args, **kwargs)

        return begin

    _wrap(handler, "parse_request", _begin_one)
    _wrap(handler, "__init__", init)
    _wrap(handler, "__init__", _end_one)


def _watch_forks(module):
    """Its children end without the handlers of atexit."""
    module.register_after_fork(_work, lambda _: module.Finalize(None, _say_bye, exitpriority=0))


def _method(owner, name, make):
    return lambda module: _wrap(getattr(module, owner), name, make)


_UVICORN = _method("RequestResponseCycle", "run_asgi", _in_async_request)

_WATCHED = {
    "asyncio.base_events": _method("BaseEventLoop", "create_task", _noting("tasks")),
    "uvloop": _method("Loop", "create_task", _noting("tasks")),
    "concurrent.futures.thread": _method("ThreadPoolExecutor", "submit", _noting("futures")),
    "subprocess": _method("Popen", "__init__", _noting_self("children")),
    "multiprocessing.util": _watch_forks,
    "http.server": _watch_http_server,
    "gunicorn.workers.sync": _method("SyncWorker", "handle_request", _in_request),
    "gunicorn.workers.gthread": _method("ThreadWorker", "handle_request", _in_request),
    "gunicorn.workers.base_async": _method("AsyncWorker", "handle_request", _in_request),
    "waitress.task": _method("Task", "service", _in_request),
    **{f"uvicorn.protocols.http.{name}_impl": _UVICORN for name in ("h11", "httptools", "zttp", "zttp_h2")},
}


def _watch(name, module):
    try:
        _WATCHED.pop(name)(module)
    except AttributeError:
        # Another version. Webhooks that no probe has seen are followed by quiet time.
        pass


class _Watcher(importlib.abc.MetaPathFinder):
    """Watches modules as they are imported: a process that imports none of them starts as fast as without it."""

    def find_spec(self, name, path=None, target=None):
        if name not in _WATCHED or name in self.finding:
            return None
        self.finding.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.finding.discard(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                if module.__name__ in _WATCHED:
                    _watch(module.__name__, module)

            spec.loader.exec_module = exec_module
        return spec

    finding = set()


class _Connection:
    def __init__(self, secret, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._question = None
        self._asked = threading.Condition()
        self._say(hello={"secret": secret, "pid": os.getpid(), "thread": 0})
        for work in (self._listen, self._answer):
            _start_thread(threading.Thread(target=work, daemon=True))

    def _say(self, **message):
        self._socket.sendall((json.dumps({"probe": WIRE, **message}) + "\n").encode())

    def _listen(self):
        try:
            for line in self._socket.makefile("r", encoding="utf-8"):
                message = json.loads(line)
                if message.get("probe") != WIRE:
                    return _give_up("it speaks another version")
                if "refused" in message:
                    return _give_up(message["refused"])
                if "ask" in message:
                    with self._asked:
                        self._question = message
                        self._asked.notify()
        except (OSError, ValueError):
            # It is gone: nobody waits for this process any more.
            pass

    def _answer(self):
        while True:
            with self._asked:
                while self._question is None:
                    self._asked.wait()
                question, self._question = self._question, None
            try:
                self._look(question)
            except OSError:
                return

    def _look(self, question):
        """Looks until this process is at rest, or another question comes."""
        ask, since = question["ask"], question["since"]
        calm, stirs, beat = 0, _work.stirs, time.monotonic()
        while self._question is None:
            # Nothing here waits for the time of the room.
            reason = None if question.get("waits") else _work.reason(since)
            calm = calm + 1 if reason is None and stirs == _work.stirs else 0
            stirs = _work.stirs
            if calm == CALM_LOOKS:
                seen, started = _work.count_seen(since), _work.started(since)
                return self._say(rest=ask, seen=seen, stirs=stirs, started=started)
            if time.monotonic() - beat > HEARTBEAT:
                beat = time.monotonic()
                self._say(busy=ask, why=reason or "code that runs")
            time.sleep(LOOK_AGAIN)

    def bye(self):
        try:
            self._say(bye=True)
        except OSError:
            pass

    def drop(self):
        """The connection is that of the process that this one was forked from."""
        os.close(self._socket.detach())


def _give_up(reason):
    # What this process starts would be refused too.
    os.environ["GREENROOM_PROBE"] = ""
    sys.stderr.write(
        "greenroom: this process is not probed, so each webhook is followed by quiet time: "
        f"expected a greenroom that listens, but {reason}.\n"
    )


def _connect():
    global _connection
    secret, _, path = os.environ["GREENROOM_PROBE"].partition("@")
    try:
        _connection = _Connection(secret, path)
    except OSError as error:
        _give_up(error)


def _say_bye():
    if _connection:
        _connection.bye()


def _after_fork():
    global _connection
    parent, _connection = _connection, None
    _work.__init__()
    if parent:
        parent.drop()
        _connect()


def _noting_fork(fork):
    def begin():
        pid = fork()
        return _work.note(_work.forks, pid) if pid > 0 else pid

    return begin


def probe():
    """Tells the greenroom of the environment. Without one nothing happens."""
    if not os.environ.get("GREENROOM_PROBE") or not hasattr(socket, "AF_UNIX"):
        return
    _wrap(threading.Thread, "start", _noting_self("threads"))
    for name in [name for name in _WATCHED if name in sys.modules]:
        _watch(name, sys.modules[name])
    sys.meta_path.insert(0, _Watcher())
    _connect()
    atexit.register(_say_bye)
    _wrap(os, "fork", _noting_fork)
    os.register_at_fork(after_in_child=_after_fork)


probe()
