"""Knows what in this process follows from the answers of greenroom to its calls: an auto clock stands until that is done.

A task or a thread that gets an answer follows it, and so does what it then begins, wakes, or gives something to do. What
waits for time, or for one that counts by itself, is done for now.
"""

import contextvars
import functools
import re
import socket
import sys
import threading
import time
import weakref

# What is begun later than this after an answer is something else.
LONGEST = 2000
_CALL = re.compile(rb"[A-Z]+ (http://[^/ ]*)?/")
# What a test asks of greenroom is no call of the app.
_CONTROL = re.compile(rb"[A-Z]+ (http://[^/ ]*)?/_greenroom/")
_HEAD = 300

# The instant of the answer by which the code that runs here runs.
_answer = contextvars.ContextVar("greenroom_answer", default=0.0)


class Following:
    """What follows, with the instant of the answer: `note` and `drop` keep tables, and `now` tells the probe's time."""

    def __init__(self, note, drop, now):
        self._note, self._drop, self._now = note, drop, now
        self._latest = 0.0
        # The connections over which a call is out, with the instant when it went out.
        self.calls = weakref.WeakKeyDictionary()
        self.tasks, self.threads, self.items, self.questions = (weakref.WeakKeyDictionary() for _ in range(4))
        self._queues = weakref.WeakKeyDictionary()

    def sent(self, connection, piece):
        head = bytes(memoryview(piece)[:_HEAD])
        if _CONTROL.match(head):
            self._drop(self.calls, connection)
        elif _CALL.match(head):
            self._note(self.calls, connection)

    def received(self, connection):
        if self._drop(self.calls, connection):
            self.answered()

    def answered(self):
        """Who runs here gets an answer; in a callback of a loop, it is who that wakes."""
        self._latest = at = self._now()
        self.take(at)

    def take(self, at):
        """Who runs here follows this answer."""
        _answer.set(at)
        task, is_loop = _running()
        if task or not is_loop:
            self._note(*((self.tasks, task) if task else (self.threads, _thread())), at)

    def here(self):
        """The instant of the answer that the code which runs here follows, or zero."""
        if self._latest == 0:
            return 0.0
        task, is_loop = _running()
        table, one = (self.tasks, task) if is_loop else (self.threads, _thread())
        at = max(_answer.get(), table.get(one, 0.0) if one else 0.0)
        return at if self._now() - at < LONGEST else 0.0

    def hand_on(self, table, thing):
        at = self.here()
        if at > table.get(thing, 0.0):
            self._note(table, thing, at)

    def end(self):
        """The thread that runs here is done with what it had in hand."""
        thread = _thread()
        if thread in self.threads:
            self._drop(self.threads, thread)

    def wake(self, at, place, thing):
        """Threads that wait for this follow, too."""
        if at > 0:
            for ident, frame in sys._current_frames().items():
                thread = threading._active.get(ident)
                if thread and any(place_of(one) == place and one.f_locals.get("self") is thing for one in _ends(frame)):
                    self._note(self.threads, thread, at)

    def put(self, queue):
        self.hand_on(self._queues, queue)

    def got(self, queue):
        at = self._queues.get(queue, 0.0)
        if self._now() - at < LONGEST:
            self.take(at)

    def item(self, work):
        """Work that is given to a pool of threads: it counts as long as it waits, and then its thread does."""
        at = self.here()
        if at == 0:
            return work
        item = _Item()
        self._note(self.items, item, at)

        def begin(*args, **kwargs):
            self.take(at)
            self._drop(self.items, item)
            return work(*args, **kwargs)

        return begin

    def context(self, context):
        """The one in which a loop is to call what this thread gives it."""
        at = self.here()
        if at == 0:
            return context
        context = context or contextvars.copy_context()
        self.set_in(context, at)
        return context

    def set_in(self, context, at):
        if context is not None and context.get(_answer, 0.0) < at:
            try:
                context.run(_answer.set, at)
            except RuntimeError:
                # It is that of code which runs.
                pass


class _Item:
    def done(self):
        return False


def place_of(frame):
    return f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}" if frame else ""


def _ends(frame):
    return [one for one in (frame, frame.f_back) if one]


def _thread():
    return threading._active.get(threading.get_ident())


def _running():
    """The task that runs here, if one does, and whether a loop does."""
    tasks = sys.modules.get("asyncio.tasks")
    loop = tasks and tasks.events._get_running_loop()
    return (tasks.current_task(loop), True) if loop else (None, False)


def waits(frame):
    """True if a thread that has come to this place waits for time, or for another."""
    place, names = place_of(frame), frame.f_locals
    if place == "threading.wait":
        # Else it has been woken, and does not run yet.
        return names.get("waiter") in getattr(names.get("self"), "_waiters", ())
    if place in ("threading.join", "threading._wait_for_tstate_lock"):
        return getattr(names.get("self"), "ident", None) in threading._active
    return sleeps(frame)


def sleeps(frame):
    return place_of(frame) == f"{__name__}.__call__"


class _Sleep:
    """It has a frame, where one sees that a thread sleeps. As a function of C, it is no method of a class that has it."""

    def __init__(self, original):
        functools.update_wrapper(self, original)

    def __call__(self, seconds):
        return self.__wrapped__(seconds)

    def __reduce__(self):
        return self.__qualname__


def watch(following, port, wrap):
    """Sees the calls of this process, and what one thread does for another. `following` and `port` may be others later."""

    class Call(socket.socket):
        """A connection to greenroom."""

        __slots__ = ()

        def send(self, data, *args):
            following().sent(self, data)
            return super().send(data, *args)

        def sendall(self, data, *args):
            following().sent(self, data)
            return super().sendall(data, *args)

        def sendmsg(self, buffers, *args):
            buffers = list(buffers)
            following().sent(self, b"".join(buffers))
            return super().sendmsg(buffers, *args)

        def recv(self, *args):
            data = super().recv(*args)
            following().received(self)
            return data

        def recv_into(self, *args):
            size = super().recv_into(*args)
            following().received(self)
            return size

    def connecting(original):
        def connect(self, address):
            if type(self) is socket.socket and isinstance(address, tuple) and address[1:2] == (port(),):
                self.__class__ = Call
            return original(self, address)

        return connect

    def starting(original):
        def start(self):
            original(self)
            following().hand_on(following().threads, self)

        return start

    def running(original):
        def run(self):
            try:
                original(self)
            finally:
                at = following().threads.get(self, 0.0)
                for place in ("threading.join", "threading._wait_for_tstate_lock"):
                    following().wake(at, place, self)

        return run

    def notifying(original):
        def notify(self, n=1):
            following().wake(following().here(), "threading.wait", self)
            return original(self, n)

        return notify

    wrap(socket.socket, "connect", connecting)
    wrap(socket.socket, "connect_ex", connecting)
    time.sleep = _Sleep(time.sleep)
    wrap(threading.Thread, "start", starting)
    wrap(threading.Thread, "_bootstrap_inner", running)
    wrap(threading.Condition, "notify", notifying)


def telling(following, factory):
    """Protocols of a loop that does not show its connections, of one that goes to greenroom."""

    def make(*args):
        protocol = factory(*args)
        for name in ("data_received", "buffer_updated"):
            hear = getattr(protocol, name, None)
            if hear:
                try:
                    setattr(protocol, name, functools.partial(_hear, following, hear))
                except AttributeError:
                    # It has slots.
                    pass
        return protocol

    return make


def _hear(following, hear, *args):
    following().answered()
    return hear(*args)
