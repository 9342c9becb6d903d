"""Tells greenroom when this process is at rest, so that time stands while the app works. For Python 3.9 and later.

`greenroom exec` has Python load it, and it does nothing without GREENROOM_PROBE. It counts what began since a webhook went
out: requests in hand (http.server, wsgiref, Flask's and Django's servers, gunicorn, waitress, uvicorn), tasks and timers of
asyncio, threads, work given to pools, jobs that a worker has taken, and child processes that have just started. What only
waits for more to do is at rest. Of jobs that wait for a worker greenroom_jobs tells.
"""

import atexit
import contextlib
import contextvars
import functools
import gc
import importlib.abc
import importlib.util
import itertools
import json
import os
import re
import socket
import sys
import threading
import time
import weakref

import greenroom_follow
import greenroom_jobs

WIRE = 1
LONGEST_TIMER = 2.0
CALM_LOOKS = 5
LOOK_AGAIN = 0.0005
HEARTBEAT = 0.25
ANSWER_LIMIT = 1.0
CHILD_START = 1.0
PYTHON_START = 5.0
# So far from the function that waits stands the one that knows its connection.
READERS = 6
WHOLE = 100

_start_thread = threading.Thread.start


def _now():
    """Milliseconds on the clock that all processes of this machine share, Node's included."""
    clock = time.CLOCK_MONOTONIC_RAW if sys.platform == "darwin" else time.CLOCK_MONOTONIC
    return time.clock_gettime(clock) * 1000


# The instant of the message by which the code that runs here runs; it goes along to the tasks and timers that it begins.
_cause = contextvars.ContextVar("greenroom_cause", default=0.0)
# Of timers that set one another: that instant, and when the first was set.
_chain = contextvars.ContextVar("greenroom_chain", default=(0.0, 0.0))


class _Work:
    """What this process has in hand, with the time since when."""

    def __init__(self):
        # A finalizer may begin something while something is noted.
        self.lock = threading.RLock()
        self.began = _now()
        self.stirs = 0
        self.seen = []
        self.requests, self.jobs = {}, {}
        self.tasks, self.futures, self.threads, self.children = (weakref.WeakKeyDictionary() for _ in range(4))
        self.timers, self.questions, self.waits = (weakref.WeakKeyDictionary() for _ in range(3))
        self.forks, self.loops, self.servers = {}, {}, {}
        # Threads that wait at a queue.
        self.takers = weakref.WeakKeyDictionary()
        # The ends of connections at which tasks wait for messages.
        self.inboxes = weakref.WeakSet()
        # Threads in which a test waits for greenroom: it waits for all that counts.
        self.tests = set()
        self.follow = greenroom_follow.Following(self.note, self.drop, _now)
        # Where threads and tasks were seen that have not moved since, and the places where that was in vain.
        self.stills, self.vain = weakref.WeakKeyDictionary(), {}

    def note(self, table, thing, at=None):
        with self.lock:
            table[thing] = _now() if at is None else at
            self.stirs += 1
        return thing

    def drop(self, table, thing):
        with self.lock:
            self.stirs += 1
            return table.pop(thing, None)

    def begin(self, request):
        with self.lock:
            self.seen.append(_now())
            self.note(self.requests, id(request))
            self.servers[id(request)] = threading.get_ident()
            _cause.set(self.requests[id(request)])

    def end(self, request):
        self.drop(self.requests, id(request))
        self.servers.pop(id(request), None)
        self.follow.end()

    @contextlib.contextmanager
    def job(self):
        """A worker has a job in hand."""
        job = object()
        self.note(self.jobs, id(job))
        self.servers[id(job)] = threading.get_ident()
        cause = _cause.set(self.jobs[id(job)])
        try:
            yield
        finally:
            with contextlib.suppress(ValueError):
                # A signal at its end may come in another context.
                _cause.reset(cause)
            self.drop(self.jobs, id(job))
            self.servers.pop(id(job), None)
            self.follow.end()

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
        if self.since(self.jobs, since):
            return "a job of a queue"
        # Zero: since the process began. What serves has begun then, and never ends.
        if since == 0:
            return None
        if self.began >= since and not _main_waits():
            return "the code of a process that has just begun"
        if any(not _waits_for_more(task) for task in self.since(self.tasks, since)):
            return "a task of asyncio"
        if self.since(self.timers, since):
            return "a timer of asyncio"
        if any(self.is_open(question) for question in self.since(self.questions, since)):
            return "an answer on another connection"
        futures, threads = self.since(self.futures, since), self.since(self.threads, since)
        if any(not future.done() for future in set(futures) - set(_futures_of(self.tests))):
            return "work of a pool"
        return "a thread" if any(_is_working(thread) for thread in threads if thread.ident not in self.tests) else None

    def follows(self, since):
        """Why what follows from answers of greenroom since this instant is not done, in words; timers apart."""
        follow = self.follow
        if self.since(follow.calls, _now() - ANSWER_LIMIT * 1000):
            return "a call that it makes"
        if any(not _waits_for_more(task, timers=False) for task in self.since(follow.tasks, since)):
            return "a task of asyncio"
        if any(self.is_open(question) for question in self.since(follow.questions, since)):
            return "an answer on another connection"
        if any(not item.done() for item in self.since(follow.items, since)):
            return "work of a pool"
        threads = self.since(follow.threads, since)
        return "a thread" if any(self.is_at_work(thread) for thread in threads) else None

    def is_at_work(self, thread):
        """True if a thread that follows an answer has not come to where it waits for time, for another, or for more to do."""
        frame = sys._current_frames().get(thread.ident)
        if frame is None or thread.ident in {*self.tests, *self.loops.values()}:
            return False
        # A worker that has something in hand is not where it waits for more.
        has_in_hand = thread.ident in list(self.servers.values())
        if greenroom_follow.waits(frame) or (not has_in_hand and _waits_in_thread(thread.ident)):
            return False
        return not self.waits_in_vain(thread, self.follow.threads.get(thread), _stack(frame, WHOLE))

    def waits_in_vain(self, one, at, frames):
        """
        True if a thread or a task that follows an answer of this instant has stood in this place for a second, and done
        nothing. Where that has been so twice, it waits for more to do.
        """
        place = tuple((id(frame.f_code), frame.f_lasti) for frame in frames)
        if len(self.vain.get(place, ())) > 1:
            return True
        now, (seen, since, used) = _now(), self.stills.get(one, (None, 0, None))
        if seen == (at, place) and now - since < ANSWER_LIMIT * 1000:
            return False
        spent = _processor_time(one)
        if seen != (at, place) or used != spent:
            self.stills[one] = ((at, place), now, spent)
            return False
        self.vain.setdefault(place, set()).add(at)
        return True

    def reads(self, since):
        """The connections over which what counts waits for greenroom to answer."""
        tasks = [task for task in self.since(self.tasks, since) if not task.done()]
        idents = {thread.ident for thread in self.since(self.threads, since)}
        idents.update(self.servers.get(one) for table in (self.requests, self.jobs) for one in self.since(table, since))
        if self.began >= since:
            idents.add(threading.main_thread().ident)
        if tasks or any(not future.done() for future in self.since(self.futures, since)):
            idents.update(thread.ident for thread in threading.enumerate() if _is_pooled(thread))
        stacks = [_stack(frame) for ident, frame in sys._current_frames().items() if ident in idents]
        stacks += [_frames(task.get_coro())[::-1] for task in tasks]
        return sorted({name for stack in stacks for name in _home_connections(stack[:READERS])})

    def is_open(self, transport):
        return not transport.is_closing() and self.waited(transport) < ANSWER_LIMIT

    def waited(self, thing):
        """For how many seconds this has been seen waiting."""
        with self.lock:
            return (_now() - self.waits.setdefault(thing, _now())) / 1000

    def started(self, since):
        """The children that may not have had the time to speak for themselves."""
        latest, started = _now() - CHILD_START * 1000, []
        for child in self.since(self.children, since):
            patience = PYTHON_START if "python" in str(child.args) or "node" in str(child.args) else CHILD_START
            if child.poll() is None and self.children[child] > _now() - patience * 1000:
                started.append(child.pid)
        started += self.since(self.forks, max(since, latest))
        return [str(pid) for pid in started]


def _processor_time(thread):
    """What a thread has used, where the system tells."""
    if not isinstance(thread, threading.Thread):
        return None
    try:
        with open(f"/proc/self/task/{thread.native_id}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[11:13]
    except OSError:
        return None


def _modules(thread):
    target = getattr(thread, "_target", None)
    return f"{getattr(target, '__module__', '')}.", f"{type(thread).__module__}."


def _is_pooled(thread):
    pooled = getattr(getattr(thread, "_target", None), "__name__", "") in ("process_request_thread", "_worker")
    return pooled or any(name.startswith(_POOLS) for name in _modules(thread))


def _is_working(thread):
    """Threads of pools, of connections and of loops wait for work, and what they have in hand counts by itself."""
    is_of_host = _is_pooled(thread) or any(name.startswith(_SERVERS) for name in _modules(thread))
    if is_of_host or thread.ident in list(_work.loops.values()):
        return False
    return thread.is_alive() and getattr(thread, "interval", 0) < LONGEST_TIMER and not _waits_in_thread(thread.ident)


# Modules whose own tasks and threads look now and then whether there is something to do.
_SERVERS = ("uvicorn.", "gunicorn.", "hypercorn.", "daphne.", "redis.", "apscheduler.", "celery.utils.timer2.")
_POOLS = ("anyio.", "concurrent.futures.", "multiprocessing.")

# Where a thread waits for more to do: the function that waits, and the one that has it wait.
_THREAD_WAITS = {
    ("threading.wait", "queue.get"),
    ("selectors.select", "socketserver.serve_forever"),
    ("selectors.select", "gunicorn.workers.gthread.run"),
    ("selectors.select", "gunicorn.workers.gthread.wait_for_and_dispatch_events"),
    ("multiprocessing.synchronize.__enter__", "multiprocessing.queues.get"),
    ("multiprocessing.connection._recv", "multiprocessing.connection._recv_bytes"),
}
# Code that takes jobs until its process ends. Those that it has in hand count by themselves, and so do those on their way to it.
_WORKERS = {
    *(f"celery.worker.loops.{name}" for name in ("asynloop", "synloop")),
    *(f"huey.consumer.{name}" for name in ("loop", "run")),
    "billiard.pool.workloop",
    "django_q.worker.worker",
    "rq.worker.base.work",
    "rq.worker.work",
}
# Its waiting is done by a function that has no frame.
_BARE_WAITS = {
    "aiosqlite.core._connection_worker_thread",
    "concurrent.futures.thread._worker",
    "gunicorn.workers.sync.wait",
    "trio._core._io_epoll.get_events",
    "trio._core._io_kqueue.get_events",
}
# Where a client of Redis waits for something to do; the last two if they are told to.
_MESSAGES = {
    *(f"redis.client.{name}" for name in ("get_message", "listen")),
    *(f"redis.commands.core.{name}" for name in ("blmove", "blmpop", "blpop", "brpop", "brpoplpush")),
    *(f"redis.commands.core.{name}" for name in ("bzmpop", "bzpopmax", "bzpopmin", "xread", "xreadgroup")),
}
_CLIENT = ("redis.", "socket.", "greenroom_follow.")

# Where a task waits for more to do, or for tasks that count by themselves.
_TASK_WAITS = {
    *(f"asyncio.queues.{name}" for name in ("get", "put")),
    *(f"asyncio.locks.{name}" for name in ("wait", "acquire")),
    *(f"asyncio.taskgroups.{name}" for name in ("__aexit__", "_aexit")),
    "asyncio.base_events.serve_forever",
    "anyio._backends._asyncio.__aexit__",
}
# Its events say that a socket or a process is ready, but for that which it gives to apps.
_EVENTS_OF_HOST, _EVENTS_OF_APP = "anyio._backends._asyncio.", "anyio._backends._asyncio.wait"


_place = greenroom_follow.place_of


def _waits_in_thread(ident):
    frame = sys._current_frames().get(ident)
    if _place(frame) in _BARE_WAITS or any(_place(one) in _WORKERS for one in _stack(frame, WHOLE)):
        return True
    if _place(frame).startswith(_CLIENT) and _awaits_messages(frame):
        return True
    outer = frame and frame.f_back
    if (_place(frame), _place(outer)) not in _THREAD_WAITS:
        return False
    # It has been given something, and does not run yet.
    queue = outer.f_locals.get("self") if _place(outer) == "queue.get" else None
    return queue is None or queue.empty()


def _awaits_messages(frame):
    """True if the client of Redis that has come to this place waits for something to do, and for no answer."""
    for one in itertools.takewhile(lambda one: _place(one).startswith(_CLIENT), _stack(frame, WHOLE)):
        if _place(one) in _MESSAGES:
            return one.f_locals.get("block", 0) is not None
    return False


def _futures_of(idents):
    """Those of pools that are done in these threads."""
    frames = sys._current_frames()
    for frame in [one for ident in idents for one in _stack(frames.get(ident), WHOLE)]:
        if _place(frame) == "concurrent.futures.thread.run":
            yield getattr(frame.f_locals.get("self"), "future", None)


def _stack(frame, most=READERS):
    stack = []
    while frame is not None and len(stack) < most:
        stack.append(frame)
        frame = frame.f_back
    return stack


def _home_connections(stack):
    """The connections to greenroom that the innermost functions of some code use, named as greenroom names them."""
    for frame in stack:
        owner = frame.f_locals.get("self")
        kept = (name for name in _CONNECTIONS if not isinstance(getattr(type(owner), name, None), property))
        for thing in (frame.f_locals.get("sock"), *(getattr(owner, name, None) for name in kept)):
            ports = _ports(thing)
            if ports and ports[1] == _home_port:
                yield f"{ports[0]}-{ports[1]}"


def _ports(thing):
    """Of a socket, or a transport of asyncio: the port here, and the one that it is connected to."""
    try:
        if isinstance(thing, socket.socket):
            return thing.getsockname()[1], thing.getpeername()[1]
        return tuple(thing.get_extra_info(end)[1] for end in ("sockname", "peername"))
    except (AttributeError, IndexError, OSError, TypeError):
        return None


def _main_waits():
    """True if the main thread of this process serves, and what it is given counts by itself."""
    ident = threading.main_thread().ident
    return ident in list(_work.loops.values()) or _waits_in_thread(ident)


def _frames(coroutine):
    """Where a coroutine is suspended, from the outermost function to the innermost."""
    frames = []
    while coroutine is not None and len(frames) < 100:
        kind = next((kind for kind in ("cr", "ag", "gi") if hasattr(coroutine, kind + "_frame")), None)
        if kind is None:
            # What stands between an asynchronous generator, or an awaitable, and the one that awaits it shows neither.
            inner = (one for one in gc.get_referents(coroutine) if hasattr(one, "ag_frame") or hasattr(one, "cr_frame"))
            coroutine = next(inner, None)
            continue
        frames.append(getattr(coroutine, kind + "_frame"))
        coroutine = getattr(coroutine, "gi_yieldfrom" if kind == "gi" else kind + "_await")
    return [frame for frame in frames if frame is not None]


def _waits_for_more(task, depth=0, timers=True):
    """
    True if a task is over, or suspended until it is given something to do. One that can run, sleeps for less than two
    seconds, or waits for a socket, a process or a thread is at work; without `timers` one that sleeps is not, and one that
    waits for what is not known is for a second.
    """
    if task.done():
        return True
    waiter = getattr(task, "_fut_waiter", None)
    if waiter is None or waiter.done() or depth > 20:
        return False
    if hasattr(waiter, "get_coro"):
        return _waits_for_more(waiter, depth + 1, timers)
    parts = getattr(waiter, "_children", None)
    frames = _frames(task.get_coro())
    place, outer = _place(frames[-1] if frames else None), _place(frames[-2] if len(frames) > 1 else None)
    if place in ("asyncio.tasks.wait_for", "asyncio.tasks._wait"):
        names = frames[-1].f_locals
        parts = names.get("fs") or [names.get("fut")]
    if parts is not None:
        return all(_part_waits(part, depth, timers, task) for part in list(parts))
    if place == "asyncio.tasks.sleep":
        return not timers or frames[-1].f_locals.get("delay", 0) >= LONGEST_TIMER or outer.startswith(_SERVERS)
    if place == "asyncio.streams._wait_for_data" and frames[-1].f_locals.get("self") in _work.inboxes:
        return True
    if place in _TASK_WAITS:
        is_of_host = outer.startswith(_EVENTS_OF_HOST) and outer != _EVENTS_OF_APP
        if place != "asyncio.locks.wait" or not is_of_host:
            return True
        if timers:
            return False
    return _is_nobodys(waiter) if timers else _waits_in_vain(task)


def _part_waits(future, depth, timers, task):
    if hasattr(future, "get_coro"):
        return _waits_for_more(future, depth + 1, timers)
    return future.done() or (_is_nobodys(future) if timers else _waits_in_vain(task))


def _waits_in_vain(task):
    return _work.waits_in_vain(task, _work.follow.tasks.get(task), _frames(task.get_coro()))


def _is_nobodys(future):
    """True if nothing is known in this process that may resolve a future, for a second."""
    own = _connection.threads if _connection else []
    loops = list(_work.loops.values())
    others = [one for one in threading.enumerate() if one not in own and one.ident not in loops]
    if any(not _thread_rests(one) for one in others) or _has_sources(future.get_loop()):
        _work.waits.pop(future, None)
        return False
    return _work.waited(future) > ANSWER_LIMIT


def _thread_rests(thread):
    module = getattr(getattr(thread, "_target", None), "__module__", "")
    is_of_host = f"{module}.".startswith(_SERVERS) or thread.ident in _work.tests
    return is_of_host or _waits_in_thread(thread.ident)


def _has_sources(loop):
    """True if a loop waits for more than calls of its servers: for a connection that it made, a pipe, or what it does not show."""
    try:
        keys = list(loop._selector.get_map().values())
    except (AttributeError, RuntimeError):
        return True
    handles = [handle for key in keys for handle in (key.data if isinstance(key.data, tuple) else (None,)) if handle]
    return any(not _is_of_server(handle._callback) for handle in handles)


def _is_of_server(callback):
    accepts = getattr(callback, "__name__", "") in ("_read_from_self", "_accept_connection")
    return accepts or getattr(getattr(callback, "__self__", None), "_server", None) is not None


# What objects of libraries keep a connection as.
_CONNECTIONS = ("_sock", "sock", "_transport", "transport")


def _port_of(url):
    return int((re.search(r"^\w+://[^/]*:(\d+)", url) or [0, 0])[1])


_home_port = _port_of(os.environ.get("GREENROOM_URL", ""))

_work = _Work()
_connection = None


def _wrap(owner, name, make):
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(make(original)))


def _noting(table, followed):
    """What this gives is in hand until it is done, and follows what has made it."""

    def make(original):
        def give(*args, **kwargs):
            thing = _work.note(getattr(_work, table), original(*args, **kwargs))
            _work.follow.hand_on(getattr(_work.follow, followed), thing)
            return thing

        return give

    return make


def _submitting(original):
    """What is given to a pool is in hand until it is done."""

    def submit(self, work, /, *args, **kwargs):
        return _work.note(_work.futures, original(self, _work.follow.item(work), *args, **kwargs))

    return submit


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


def _cause_of(loop):
    """The instant since which the code that runs counts, or zero."""
    task = sys.modules["asyncio.tasks"].current_task(loop)
    cause = _cause.get()
    later = _work.tasks.get(task, 0) if task else 0
    if later > cause:
        _cause.set(later)
    return max(cause, later)


def _hand_on(cause, context):
    """A callback of a future runs by what resolves that, in the context of whoever waits for it."""
    if cause > 0 and context is not None and context.get(_cause, 0) < cause:
        try:
            context.run(_cause.set, cause)
        except RuntimeError:
            # It is that of the code which runs.
            _cause.set(cause)


def _waking(original):
    """A task that is given something to do counts as what gives it."""

    def call_soon(self, callback, *args, **kwargs):
        cause, task = _cause_of(self), getattr(callback, "__self__", None)
        follow = _work.follow
        if not hasattr(task, "get_coro"):
            _hand_on(cause, kwargs.get("context"))
            follow.set_in(kwargs.get("context"), follow.here())
        else:
            if cause > _work.tasks.get(task, 0):
                _work.note(_work.tasks, task, cause)
            follow.hand_on(follow.tasks, task)
        return original(self, callback, *args, **kwargs)

    return call_soon


def _waking_from_outside(original):
    def call_soon_threadsafe(self, callback, *args, context=None):
        return original(self, callback, *args, context=_work.follow.context(context))

    return call_soon_threadsafe


def _have_turned(turns, timers=True):
    """
    True if each loop of events has called what it had to call since this was asked the last time; or if it sleeps, without
    `timers`.
    """
    have = True
    for loop in list(_work.loops):
        if not turns.get(loop, True):
            ident = _work.loops.get(loop)
            sleeps = not timers and greenroom_follow.sleeps(sys._current_frames().get(ident))
            have = have and (sleeps or ident in _work.tests)
            continue
        have = have and loop in turns
        turns[loop] = False
        try:
            loop.call_soon_threadsafe(turns.__setitem__, loop, True)
        except RuntimeError:
            # It has been closed.
            turns[loop] = True
    return have


class _Timer:
    """A callback that is in hand until it has been called, or let go."""

    def __init__(self, callback, chain):
        self.callback, self.chain = callback, chain

    def __call__(self, *args, **kwargs):
        # Not for good: a reactor calls all that is due from one function.
        cause, chain = _cause.set(self.chain[0]), _chain.set(self.chain)
        try:
            return self.callback(*args, **kwargs)
        finally:
            _cause.reset(cause)
            _chain.reset(chain)
            _work.drop(_work.timers, self)


# That of a reactor stands for timers that count by themselves.
_LIMITS = ("_release_waiter", "_set_result_unless_cancelled", "asyncioselectorreactor._ontimer")


def _is_limit(callback):
    """Limits end what counts by itself, and a task that sleeps does. Servers look now and then whether there is something to do."""
    name = getattr(callback, "__qualname__", type(callback).__qualname__).lower()
    is_limit = "timeout" in name or name in _LIMITS
    return is_limit or f"{getattr(callback, '__module__', '')}.".startswith(_SERVERS)


def _without_cause():
    """The context of this code, but for what it counts as."""
    context = contextvars.copy_context()
    context.run(_cause.set, 0.0)
    return context


def _timing(delay_of):
    def make(original):
        def call(self, when, callback, *args, **kwargs):
            if delay_of(self, when) < LONGEST_TIMER and not _is_limit(callback):
                cause, now = _cause_of(self), _now()
                chain = _chain.get() if _chain.get()[0] == cause else (cause, now)
                if cause > 0 and now - chain[1] < LONGEST_TIMER * 1000:
                    callback = _work.note(_work.timers, _Timer(callback, chain), cause)
            return original(self, when, callback, *args, **kwargs)

        return call

    return make


def _running(original):
    def run_forever(self):
        _work.note(_work.loops, self, threading.get_ident())
        try:
            return original(self)
        finally:
            _work.drop(_work.loops, self)

    return run_forever


def _watch_loop(loop, name, delay_of):
    _wrap(loop, "create_task", _noting("tasks", "tasks"))
    _wrap(loop, "call_soon", _waking)
    _wrap(loop, "call_soon_threadsafe", _waking_from_outside)
    _wrap(loop, name, _timing(delay_of))
    _wrap(loop, "run_forever", _running)


def _watch_asyncio(module):
    _watch_loop(module.BaseEventLoop, "call_at", lambda loop, when: when - loop.time())


def _watch_uvloop(module):
    _watch_loop(module.Loop, "call_later", lambda _, delay: delay)

    def connecting(original):
        async def create_connection(self, factory, host=None, port=None, **kwargs):
            if _home_port in (port, *(_ports(kwargs.get("sock")) or ())[1:]):
                factory = greenroom_follow.telling(lambda: _work.follow, factory)
            return await original(self, factory, host, port, **kwargs)

        return create_connection

    _wrap(module.Loop, "create_connection", connecting)


def _watch_reactor(module):
    """Twisted has one timer of the loop for all its own, whoever has set them."""

    def rescheduling(original):
        return lambda self: _without_cause().run(original, self)

    reactor = module.AsyncioSelectorReactor
    _wrap(reactor, "_reschedule", rescheduling)
    _wrap(reactor, "callLater", _timing(lambda _, delay: delay))


def _watch_transports(module):
    """What is written to a connection that this process made is a question until something comes back."""

    def asking(original):
        def write(self, *args):
            if self._server is None and getattr(self._protocol, "_stream_reader", None) not in _work.inboxes:
                cause, follow = _cause_of(self._loop), _work.follow
                _work.waits.pop(self, None)
                follow.hand_on(follow.questions, self)
                if cause > 0:
                    _work.note(_work.questions, self, cause)
            return original(self, *args)

        return write

    def answered(original):
        def read(self):
            for questions in (_work.questions, _work.follow.questions):
                if self in questions:
                    _work.drop(questions, self)
            return original(self)

        return read

    transport = module._SelectorSocketTransport
    _wrap(transport, "write", asking)
    # Since Python 3.12 it does not write by the other.
    _wrap(transport, "writelines", asking)
    _wrap(transport, "_read_ready", answered)


class _Question:
    """One that does not show its connection."""

    def is_closing(self):
        return False


def _in_question(original):
    """What this waits for is an answer of a database."""

    async def ask(*args, **kwargs):
        question, follow = _Question(), _work.follow
        cause = _cause_of(sys.modules["asyncio"].get_running_loop())
        follow.hand_on(follow.questions, question)
        if cause > 0:
            _work.note(_work.questions, question, cause)
        try:
            return await original(*args, **kwargs)
        finally:
            for questions in (_work.questions, follow.questions):
                _work.drop(questions, question)

    return ask


# The commands of Redis that are answered when there is something to do, and the one that says that a client is there.
_AWAITS = re.compile(
    rb"\*\d+\r\n\$\d+\r\n(B([LRZ]\w*POP\w*|LMOVE)|[PS]?SUBSCRIBE|XREAD(GROUP)?\r\n.*\$5\r\nBLOCK)\r\n", re.I | re.S
)
_PINGS = re.compile(rb"\*\d+\r\n\$4\r\nPING\r\n", re.I)
_HEAD = 1000


def _watch_streams(module):
    """A task that waits in Redis for something to do is at rest, and what it is given begins then."""

    def look(writer, data):
        if writer._reader is None:
            # A server answers.
            return
        if _AWAITS.match(bytes(data[:_HEAD])):
            _work.inboxes.add(writer._reader)
        elif not _PINGS.match(bytes(data[:_HEAD])):
            _work.inboxes.discard(writer._reader)

    def writing(original):
        def write(self, data):
            look(self, data)
            return original(self, data)

        return write

    def writing_all(original):
        def write(self, parts):
            parts = list(parts)
            look(self, b"".join(parts))
            return original(self, parts)

        return write

    def feeding(original):
        def feed(self, data):
            if self not in _work.inboxes:
                return original(self, data)
            context = contextvars.copy_context()
            context.run(_cause.set, _now())
            return context.run(original, self, data)

        return feed

    def waiting(original):
        async def wait(self, *args):
            if self in _work.inboxes:
                # What it was given before is done.
                _cause.set(0.0)
                _work.drop(_work.tasks, sys.modules["asyncio.tasks"].current_task())
            return await original(self, *args)

        return wait

    _wrap(module.StreamWriter, "write", writing)
    _wrap(module.StreamWriter, "writelines", writing_all)
    _wrap(module.StreamReader, "feed_data", feeding)
    _wrap(module.StreamReader, "_wait_for_data", waiting)


def _watch_queues(module):
    """What is put into a queue at which a thread waits is in that thread's hand."""

    def getting(original):
        def get(self, block=True, timeout=None):
            thread = threading._active.get(threading.get_ident())
            # That of a test waits for the app.
            if not block or thread in (None, threading.main_thread()):
                return original(self, block, timeout)
            with _work.lock:
                takers = _work.takers.setdefault(self, set())
                takers.add(thread)
            try:
                thing = original(self, block, timeout)
            finally:
                takers.discard(thread)
            _work.note(_work.threads, thread)
            _work.follow.got(self)
            return thing

        return get

    def putting(original):
        def put(self, *args, **kwargs):
            for thread in list(_work.takers.get(self, ())):
                _work.note(_work.threads, thread)
            _work.follow.put(self)
            return original(self, *args, **kwargs)

        return put

    _wrap(module.Queue, "get", getting)
    _wrap(module.Queue, "put", putting)


def _watch_forks(module):
    """Its children end without the handlers of atexit."""
    module.register_after_fork(_work, lambda _: module.Finalize(None, _say_bye, exitpriority=0))


def _method(owner, name, make):
    return lambda module: _wrap(getattr(module, owner), name, make)


_UVICORN = _method("RequestResponseCycle", "run_asgi", _in_async_request)

_WATCHED = {
    "asyncio.base_events": _watch_asyncio,
    "asyncio.selector_events": _watch_transports,
    "asyncio.streams": _watch_streams,
    "uvloop": _watch_uvloop,
    "twisted.internet.asyncioreactor": _watch_reactor,
    "concurrent.futures.thread": _method("ThreadPoolExecutor", "submit", _submitting),
    "concurrent.futures.process": _method("ProcessPoolExecutor", "submit", _noting("futures", "items")),
    "queue": _watch_queues,
    "subprocess": _method("Popen", "__init__", _noting_self("children")),
    "multiprocessing.util": _watch_forks,
    "http.server": _watch_http_server,
    "gunicorn.workers.sync": _method("SyncWorker", "handle_request", _in_request),
    "gunicorn.workers.gthread": _method("ThreadWorker", "handle_request", _in_request),
    "gunicorn.workers.base_async": _method("AsyncWorker", "handle_request", _in_request),
    "aiosqlite.core": _method("Connection", "_execute", _in_question),
    "waitress.task": _method("Task", "service", _in_request),
    **{f"uvicorn.protocols.http.{name}_impl": _UVICORN for name in ("h11", "httptools", "zttp", "zttp_h2")},
    **greenroom_jobs.watched(greenroom_jobs.Queues(lambda **message: _tell(**message), _now, lambda: _work.job())),
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
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._question = None
        # A signal may have it say more while it says something.
        self._asked, self._saying = threading.Condition(), threading.RLock()
        runtime = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        self._say(hello={"secret": secret, "pid": os.getpid(), "thread": 0, "runtime": runtime, "led": False})
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._answer)]
        for thread in self.threads:
            _start_thread(thread)

    def _say(self, **message):
        with self._saying:
            self._socket.sendall((json.dumps({"probe": WIRE, **message}) + "\n").encode())

    def _listen(self):
        try:
            for line in self._lines:
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
        finally:
            self._lines.close()

    def _answer(self):
        while True:
            with self._asked:
                while self._question is None:
                    self._asked.wait()
                question, self._question = self._question, None
            if "ask" not in question:
                return
            try:
                self._look(question)
            except OSError:
                return

    def _look(self, question):
        """Looks until this process is at rest, or another question comes."""
        # A process that has begun makes it zero: what serves has begun with this one, and never ends.
        ask, since = question["ask"], question.get("sent", question["since"])
        waits, timers = question.get("waits", False), question.get("timers", True)
        calm, stirs, beat, turns, told = 0, _work.stirs, time.monotonic(), {}, []
        limit = beat + ANSWER_LIMIT
        while self._question is None:
            reason = self._reason(since, waits, timers)
            # Some loops of events have threads of their own that never come back from one function.
            turned = _have_turned(turns, timers) or time.monotonic() > limit
            calm = calm + 1 if reason is None and turned and stirs == _work.stirs else 0
            stirs = _work.stirs
            if calm == CALM_LOOKS:
                seen, started = _work.count_seen(since), _work.started(since)
                return self._say(rest=ask, seen=seen, stirs=stirs, started=started)
            reads = self._reads(since) if reason and not waits else []
            if reads != told:
                self._say(reading=ask, connections=reads)
                told = reads
            if time.monotonic() - beat > HEARTBEAT:
                beat = time.monotonic()
                self._say(busy=ask, why=reason or "code that runs")
            time.sleep(LOOK_AGAIN)

    def _reason(self, since, waits, timers):
        try:
            if not timers:
                return _work.follows(since)
            # Nothing here waits for the time of the room.
            return None if waits else _work.reason(since)
        except Exception as error:
            # What it looks at goes on meanwhile.
            return f"what the probe cannot read: {error!r}"

    def _reads(self, since):
        try:
            return _work.reads(since)
        except Exception:
            # What it looks at goes on meanwhile.
            return []

    def tell(self, **message):
        with contextlib.suppress(OSError):
            self._say(**message)

    def close(self):
        self.tell(bye=True)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._asked:
            self._question = {}
            self._asked.notify()

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


def _tell(**message):
    if _connection:
        _connection.tell(**message)


def _say_bye():
    _tell(bye=True)


def _exiting(end):
    """What ends without the handlers of atexit, as the processes in which RQ has its jobs done."""

    def leave(*args, **kwargs):
        _say_bye()
        end(*args, **kwargs)

    return leave


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


def _watch_all():
    _wrap(threading.Thread, "start", _noting_self("threads"))
    greenroom_follow.watch(lambda: _work.follow, lambda: _home_port, _wrap)
    for name in [name for name in _WATCHED if name in sys.modules]:
        _watch(name, sys.modules[name])
    sys.meta_path.insert(0, _Watcher())
    atexit.register(_say_bye)
    _wrap(os, "fork", _noting_fork)
    _wrap(os, "_exit", _exiting)
    os.register_at_fork(after_in_child=_after_fork)


def probe():
    """Tells the greenroom of the environment. Without one nothing happens."""
    if not os.environ.get("GREENROOM_PROBE") or not hasattr(socket, "AF_UNIX"):
        return
    if not any(isinstance(one, _Watcher) for one in sys.meta_path):
        _watch_all()
    _connect()


def go_to(url, address):
    """Tells another room from now on: a process that serves the app and tests it has one for each test."""
    global _connection, _home_port
    before, _connection = _connection, None
    if before:
        before.close()
    _home_port, os.environ["GREENROOM_PROBE"] = _port_of(url), address
    probe()


@contextlib.contextmanager
def asking():
    """A test waits for greenroom here, and no work of the app."""
    ident = threading.get_ident()
    _work.tests.add(ident)
    try:
        yield
    finally:
        _work.tests.discard(ident)


probe()
