"""Tells of jobs that wait in a queue for a worker: those of APScheduler, arq, Celery, Django Q2, Dramatiq, huey and RQ.

A job is out from before it goes into its queue until a worker has it in hand, where it counts as a request does. A job of
later is a timer: it is out from when it goes into the queue, or if that is in less than two seconds.
"""

import contextlib
import datetime
import functools
import uuid

LONGEST_DELAY = 2.0


class Queues:
    """What the libraries of queues do, told to a probe: `say` tells greenroom, and a job is in hand during `working`."""

    def __init__(self, say, now, working):
        self._say, self._now, self._working = say, now, working
        self._taken = {}

    def put(self, queue, job, name=None):
        self._say(put={**self._job(queue, job), **({} if name is None else {"name": _clean(name)})})

    def drop(self, queue, job):
        self._say(taken=self._job(queue, job))

    def empty(self, queue):
        self._say(emptied={"queue": _clean(queue), "at": self._now()})

    @contextlib.contextmanager
    def putting(self, queue, job, name):
        self.put(queue, job, name)
        try:
            yield
        except BaseException:
            self.drop(queue, job)
            raise

    @contextlib.contextmanager
    def taking(self, queue, job):
        with self._working():
            self.drop(queue, job)
            yield

    def begin(self, queue, job):
        """For a library that tells of the end by itself."""
        self._taken[job] = taken = self.taking(queue, job)
        taken.__enter__()

    def end(self, job):
        taken = self._taken.pop(job, None)
        if taken:
            taken.__exit__(None, None, None)

    def _job(self, queue, job):
        return {"id": _clean(job), "queue": _clean(queue), "at": self._now()}


def _clean(text):
    return "".join(one if one.isprintable() else "?" for one in str(text))[:200] or "?"


def _is_soon(due, now):
    return due is None or (due - now).total_seconds() < LONGEST_DELAY


def _wrap(owner, name, make):
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(make(original)))


def _watch_apscheduler(queues, module):
    added = (module.EVENT_JOB_ADDED, module.EVENT_JOB_MODIFIED)
    left = (module.EVENT_JOB_SUBMITTED, module.EVENT_JOB_REMOVED, module.EVENT_JOB_MAX_INSTANCES)

    def dispatch(original):
        def tell(self, event):
            queue = f"the job store {getattr(event, 'jobstore', None)} of APScheduler"
            if event.code in added and self.state == module.STATE_RUNNING:
                job = self.get_job(event.job_id, event.jobstore)
                due = job and job.next_run_time
                if due and _is_soon(due, datetime.datetime.now(due.tzinfo)):
                    queues.put(queue, job.id, job.name)
            if event.code in left:
                # What runs it has it by now.
                queues.drop(queue, event.job_id)
            return original(self, event)

        return tell

    _wrap(module.BaseScheduler, "_dispatch_event", dispatch)


def _watch_celery(queues, signals):
    def queue_of(routing_key):
        return f"the queue {routing_key} of Celery"

    def put(sender=None, headers=None, routing_key=None, **_):
        job, eta = headers.get("id"), headers.get("eta")
        due = datetime.datetime.fromisoformat(eta) if eta else None
        if job and _is_soon(due, datetime.datetime.now(getattr(due, "tzinfo", None))):
            queues.put(queue_of(routing_key), job, sender)

    def begin(task_id=None, task=None, **_):
        if not task.request.is_eager:
            queues.begin(queue_of((task.request.delivery_info or {}).get("routing_key")), task_id)

    def leave(request=None, id=None, message=None, **_):
        info = getattr(request, "delivery_info", None) or getattr(message, "delivery_info", None) or {}
        queues.drop(queue_of(info.get("routing_key")), id or getattr(request, "id", None))

    signals.before_task_publish.connect(put, weak=False)
    signals.task_prerun.connect(begin, weak=False)
    signals.task_postrun.connect(lambda task_id=None, **_: queues.end(task_id), weak=False)
    signals.task_revoked.connect(leave, weak=False)
    signals.task_unknown.connect(leave, weak=False)


def _watch_django_q(queues, signals):
    def queue_of(task):
        return f"the queue {task.get('cluster') or 'default'} of Django Q"

    def put(task=None, **_):
        if not task.get("sync"):
            queues.put(queue_of(task), task["id"], getattr(task["func"], "__qualname__", task["func"]))

    signals.pre_enqueue.connect(put, weak=False)
    signals.pre_execute.connect(lambda task=None, **_: queues.begin(queue_of(task), task["id"]), weak=False)
    signals.post_execute_in_worker.connect(lambda task=None, **_: queues.end(task["id"]), weak=False)


def _watch_huey(queues, api):
    def queue_of(huey):
        return f"the queue {huey.name} of huey"

    def enqueue(original):
        def put(self, task):
            if self.immediate or not isinstance(task, api.Task):
                return original(self, task)
            with queues.putting(queue_of(self), task.id, task.name):
                return original(self, task)

        return put

    def execute(original):
        def take(self, task, *args, **kwargs):
            with queues.taking(queue_of(self), task.id):
                return original(self, task, *args, **kwargs)

        return take

    def schedule(original):
        def put(self, task):
            now = datetime.datetime.utcnow() if self.utc else datetime.datetime.now()
            if not self.immediate and _is_soon(task.eta, now):
                queues.put(queue_of(self), task.id, task.name)
            return original(self, task)

        return put

    def flush(original):
        def empty(self):
            original(self)
            queues.empty(queue_of(self))

        return empty

    _wrap(api.Huey, "enqueue", enqueue)
    _wrap(api.Huey, "execute", execute)
    _wrap(api.Huey, "add_schedule", schedule)
    _wrap(api.Huey, "flush", flush)


def _queue_of_rq(name):
    return f"the queue {name} of RQ"


def _watch_rq(queues, module):
    def enqueue(original):
        def put(self, job, *args, **kwargs):
            if not self._is_async:
                return original(self, job, *args, **kwargs)
            with queues.putting(_queue_of_rq(self.name), job.id, job.func_name):
                return original(self, job, *args, **kwargs)

        return put

    def remove(original):
        def leave(self, job, *args, **kwargs):
            removed = original(self, job, *args, **kwargs)
            queues.drop(_queue_of_rq(self.name), getattr(job, "id", job))
            return removed

        return leave

    def clear(original):
        def empty(self):
            emptied = original(self)
            queues.empty(_queue_of_rq(self.name))
            return emptied

        return empty

    _wrap(module.Queue, "_enqueue_job", enqueue)
    _wrap(module.Queue, "remove", remove)
    _wrap(module.Queue, "empty", clear)


def _watch_rq_worker(queues, module):
    def perform(original):
        def take(self, job, *args, **kwargs):
            with queues.taking(_queue_of_rq(job.origin), job.id):
                return original(self, job, *args, **kwargs)

        return take

    # Which class of workers has it depends on the version.
    for owner in [one for one in vars(module).values() if isinstance(one, type)]:
        if owner.__module__ == module.__name__ and "perform_job" in vars(owner):
            _wrap(owner, "perform_job", perform)


def _queue_of_dramatiq(message):
    # A message of later waits in a queue of its own.
    return f"the queue {message.queue_name.removesuffix('.DQ')} of Dramatiq"


def _watch_dramatiq(queues, module):
    def emit_before(original):
        def put(self, signal, *args, **kwargs):
            if signal == "enqueue":
                message, delay = args
                if (delay or 0) < LONGEST_DELAY * 1000:
                    queues.put(_queue_of_dramatiq(message), message.message_id, message.actor_name)
            return original(self, signal, *args, **kwargs)

        return put

    _wrap(module.Broker, "emit_before", emit_before)


def _watch_dramatiq_worker(queues, module):
    def process(original):
        def take(self, message):
            with queues.taking(_queue_of_dramatiq(message), message.message_id):
                return original(self, message)

        return take

    _wrap(module.WorkerThread, "process_message", process)


def _queue_of_arq(name):
    return f"the queue {name} of arq"


def _watch_arq(queues, module):
    def enqueue(original):
        async def put(self, function, *args, _job_id=None, _queue_name=None, _defer_until=None, _defer_by=None, **kwargs):
            queue, job = _queue_of_arq(_queue_name or self.default_queue_name), _job_id or uuid.uuid4().hex
            later = _defer_by.total_seconds() if isinstance(_defer_by, datetime.timedelta) else _defer_by or 0
            is_soon = later < LONGEST_DELAY and _is_soon(_defer_until, datetime.datetime.now(getattr(_defer_until, "tzinfo", None)))
            how = {"_job_id": job, "_queue_name": _queue_name, "_defer_until": _defer_until, "_defer_by": _defer_by}
            with queues.putting(queue, job, function) if is_soon else contextlib.nullcontext():
                made = await original(self, function, *args, **how, **kwargs)
            if made is None and is_soon:
                # There is one of this name.
                queues.drop(queue, job)
            return made

        return put

    _wrap(module.ArqRedis, "enqueue_job", enqueue)


def _watch_arq_worker(queues, module):
    def run(original):
        async def take(self, job_id, *args, **kwargs):
            with queues.taking(_queue_of_arq(self.queue_name), job_id):
                return await original(self, job_id, *args, **kwargs)

        return take

    def finish(original):
        async def end(self, job_id, finish, *args, **kwargs):
            incr_score = kwargs.get("incr_score", args[3] if len(args) > 3 else None)
            if not finish and (incr_score or 0) < LONGEST_DELAY * 1000:
                queues.put(_queue_of_arq(self.queue_name), job_id)
            return await original(self, job_id, finish, *args, **kwargs)

        return end

    _wrap(module.Worker, "run_job", run)
    _wrap(module.Worker, "finish_job", finish)


_WATCHERS = {
    "apscheduler.schedulers.base": _watch_apscheduler,
    "arq.connections": _watch_arq,
    "arq.worker": _watch_arq_worker,
    "celery.signals": _watch_celery,
    "django_q.signals": _watch_django_q,
    "dramatiq.broker": _watch_dramatiq,
    "dramatiq.worker": _watch_dramatiq_worker,
    "huey.api": _watch_huey,
    "rq.queue": _watch_rq,
    "rq.worker": _watch_rq_worker,
    "rq.worker.base": _watch_rq_worker,
}


def watched(queues):
    """What to do with each module when it has been imported."""
    return {name: functools.partial(watch, queues) for name, watch in _WATCHERS.items()}
