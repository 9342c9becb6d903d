"""The jobs of late_app.py. Time is held for them as docs/python.md says, by the file that the test has taken from there."""

import os
import sys

import celery_holds  # noqa: F401, it connects itself
from celery import Celery
from celery.signals import worker_ready
from late_app import leave

FOLDER = os.environ["LATE_JOBS"]

app = Celery("late_jobs", broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": FOLDER,
    "data_folder_out": FOLDER,
    "processed_folder": FOLDER,
    "polling_interval": 0.2,
}


@worker_ready.connect
def tell(**_):
    # Celery takes what is printed for its log.
    print("the worker is ready", file=sys.__stdout__, flush=True)


@app.task
def leave_later(bot, seconds):
    leave(bot, seconds)
