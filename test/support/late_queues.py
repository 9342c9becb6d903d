"""Queues of late_app.py: their workers are processes of their own, and nothing is needed beside them but RQ's fake server.

    late_queues.py QUEUE
"""

import os
import subprocess
import sys
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
        # Celery takes what is printed for its log.
        self.app.worker_main(["--quiet", "worker", "-P", "solo", "-l", "error"])


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


class Rq:
    def __init__(self):
        import redis
        import rq

        port = os.path.join(FOLDER, "port")
        if os.path.exists(port):
            self.connect(rq, redis, port)

    def connect(self, rq, redis, file):
        with open(file) as port:
            self.queue = rq.Queue(connection=redis.Redis(port=int(port.read())))

    def put(self, *work):
        if not hasattr(self, "queue"):
            self.__init__()
        self.queue.enqueue("late_queues.leave", *work)

    def work(self, is_ready):
        import redis
        import rq

        # It is no part of the app.
        env = {**os.environ, "GREENROOM_PROBE": ""}
        server = subprocess.Popen([sys.executable, "-c", FAKE_SERVER], env=env, stdout=subprocess.PIPE, text=True)
        file = os.path.join(FOLDER, "port")
        with open(file, "w") as port:
            port.write(server.stdout.readline())
        self.connect(rq, redis, file)
        is_ready()

        class Worker(rq.SimpleWorker):
            def _set_ip_address(self, _):
                """The fake server does not say it."""
                self.ip_address = "127.0.0.1"

        Worker([self.queue], connection=self.queue.connection).work(logging_level="ERROR")
        server.terminate()


QUEUES = {"celery": Celery, "django-q": DjangoQ, "huey": Huey, "own": Own, "rq": Rq}
_made = {}


def queue(name):
    if name not in _made:
        _made[name] = QUEUES[name]()
    return _made[name]


if __name__ == "__main__":
    # Jobs are named by their module.
    import late_queues

    late_queues.queue(sys.argv[1]).work(lambda: print("the worker is ready", file=sys.__stdout__, flush=True))
