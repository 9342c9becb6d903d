"""Queues of late_app.py: their workers are processes of their own, and nothing is needed beside them but RQ's fake server.

    late_queues.py QUEUE
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

FOLDER = os.environ["LATE_JOBS"]


def leave(bot, seconds):
    import late_app

    late_app.leave(bot, seconds)


class Celery:
    def __init__(self):
        import celery

        self.app = celery.Celery("late_queues", broker="filesystem://")
        folders = {f"data_folder_{way}": FOLDER for way in ("in", "out")}
        self.app.conf.broker_transport_options = {**folders, "processed_folder": FOLDER, "polling_interval": 0.2}

        @self.app.task(name="leave", bind=True, max_retries=1)
        def try_twice(task, *work):
            if not task.request.retries:
                raise task.retry(countdown=0.5)
            leave(*work)

        self.put = try_twice.delay

    def work(self, is_ready):
        from celery.signals import worker_ready

        worker_ready.connect(lambda **_: is_ready(), weak=False)
        # Its timers have a thread of their own then, which the first of them begins.
        lonely = [f"--without-{what}" for what in ("gossip", "mingle", "heartbeat")]
        # Celery takes what is printed for its log.
        self.app.worker_main(["--quiet", "worker", "-P", "solo", "-l", "error", *lonely])


class DjangoQ:
    def __init__(self):
        import django
        from django.conf import settings

        file = os.path.join(FOLDER, "django.db")
        q = {"orm": "default", "workers": 1, "poll": 0.1, "timeout": 30, "retry": 60, "log_level": "ERROR"}
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": {"timeout": 20}}
        settings.configure(INSTALLED_APPS=["django_q"], DATABASES={"default": database}, Q_CLUSTER=q, SECRET_KEY="late", USE_TZ=True)
        django.setup()

    def put(self, *work):
        from django_q.tasks import async_task

        async_task(leave, *work)

    def work(self, is_ready):
        from django.core.management import call_command
        from django_q.cluster import Cluster

        call_command("migrate", verbosity=0)
        cluster = Cluster()
        cluster.start()
        is_ready()
        while not cluster.has_stopped:
            time.sleep(0.1)


class Huey:
    def __init__(self):
        import huey

        self.huey = huey.SqliteHuey("late", filename=os.path.join(FOLDER, "huey.db"))
        self.task = self.huey.task(retries=1, retry_delay=0.5, name="leave", context=True)(self.try_twice)

    def put(self, *work):
        self.task(*work)

    def try_twice(self, *work, task):
        from huey.exceptions import RetryTask

        if not os.path.exists(os.path.join(FOLDER, task.id)):
            open(os.path.join(FOLDER, task.id), "x").close()
            raise RetryTask(delay=0.5)
        leave(*work)

    def work(self, is_ready):
        self.huey.on_startup()(is_ready)
        self.huey.create_consumer(workers=1, periodic=False).run()


class Own:
    """Files of a folder, that the probe does not know: time is held as docs/python.md says, by the file that is taken from there."""

    def put(self, *work):
        import holds

        name = os.path.join(FOLDER, holds.hold("leave"))
        with open(name + ".new", "x") as job:
            job.write(" ".join(map(str, work)))
        os.rename(name + ".new", name + ".job")

    def work(self, is_ready):
        import holds

        is_ready()
        while True:
            time.sleep(0.05)
            for name in [name for name in os.listdir(FOLDER) if name.endswith(".job")]:
                path = os.path.join(FOLDER, name)
                with open(path) as job:
                    bot, seconds = job.read().split()
                os.remove(path)
                leave(bot, float(seconds))
                holds.release(name[: -len(".job")])


FAKE_SERVER = """
import fakeredis
server = fakeredis.TcpFakeServer(("127.0.0.1", 0))
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
"""


@contextlib.contextmanager
def serving_redis():
    # It is no part of the app.
    env = {**os.environ, "GREENROOM_PROBE": ""}
    server = subprocess.Popen([sys.executable, "-c", FAKE_SERVER], env=env, stdout=subprocess.PIPE, text=True)
    with open(os.path.join(FOLDER, "port.new"), "w") as port:
        port.write(server.stdout.readline())
    os.rename(os.path.join(FOLDER, "port.new"), os.path.join(FOLDER, "port"))
    try:
        yield
    finally:
        server.terminate()


def redis_port():
    """That of the server which the worker has started."""
    with open(os.path.join(FOLDER, "port")) as port:
        return int(port.read())


class Rq:
    def connect(self):
        import redis
        import rq

        return rq.Queue(connection=redis.Redis(port=redis_port()))

    def put(self, *work):
        self.connect().enqueue("late_queues.leave", *work)

    def work(self, is_ready):
        import rq

        class Worker(rq.SimpleWorker):
            def _set_ip_address(self, _):
                """The fake server does not say it."""
                self.ip_address = "127.0.0.1"

        with serving_redis():
            queue = self.connect()
            is_ready()
            Worker([queue], connection=queue.connection).work(logging_level="ERROR")


class Dramatiq:
    def connect(self):
        import dramatiq
        from dramatiq.brokers.redis import RedisBroker

        broker = RedisBroker(port=redis_port())
        dramatiq.set_broker(broker)
        return broker, dramatiq.actor(self.try_twice, max_retries=1, min_backoff=500, broker=broker)

    def try_twice(self, *work):
        from dramatiq.middleware import CurrentMessage

        if not CurrentMessage.get_current_message().options.get("retries"):
            raise RuntimeError("it is tried again")
        leave(*work)

    def put(self, *work):
        self.connect()[1].send(*work)

    def work(self, is_ready):
        import logging

        from dramatiq import Worker
        from dramatiq.middleware import CurrentMessage

        logging.disable()
        with serving_redis():
            broker, _ = self.connect()
            broker.add_middleware(CurrentMessage())
            Worker(broker, worker_threads=1).start()
            is_ready()
            signal.signal(signal.SIGTERM, lambda *_: sys.exit())
            threading.Event().wait()


class Arq:
    async def try_twice(self, context, *work):
        from arq import Retry

        if context["job_try"] == 1:
            raise Retry(defer=0.5)
        await asyncio.to_thread(leave, *work)

    def settings(self):
        from arq.connections import RedisSettings

        return RedisSettings(port=redis_port())

    def put(self, *work):
        from arq import create_pool

        async def put():
            pool = await create_pool(self.settings())
            await pool.enqueue_job("try_twice", *work)
            await pool.aclose()

        asyncio.run(put())

    def work(self, is_ready):
        from arq import Worker, func, worker

        async def started(_):
            is_ready()

        async def say_nothing(*_):
            """The fake server does not tell of itself."""

        worker.log_redis_info = say_nothing
        with serving_redis():
            asyncio.set_event_loop(asyncio.new_event_loop())
            functions = [func(self.try_twice, name="try_twice")]
            Worker(functions, redis_settings=self.settings(), on_startup=started).run()


QUEUES = {"arq": Arq, "celery": Celery, "django-q": DjangoQ, "dramatiq": Dramatiq, "huey": Huey, "own": Own, "rq": Rq}
_made = {}


def queue(name):
    if name not in _made:
        _made[name] = QUEUES[name]()
    return _made[name]


if __name__ == "__main__":
    # Jobs are named by their module.
    import late_queues

    late_queues.queue(sys.argv[1]).work(lambda: print("the worker is ready", file=sys.__stdout__, flush=True))
