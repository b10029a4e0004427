"""A Spark session: the one there is, the one spark-submit prepares, or Spark in this process."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

#: What says that somebody else has chosen where Spark runs.
_CHOSEN = (
    "PYSPARK_GATEWAY_PORT",
    "PYSPARK_SUBMIT_ARGS",
    "SPARK_CONF_DIR",
    "SPARK_HOME",
    "SPARK_REMOTE",
)
_LOOPBACK = "127.0.0.1"


@contextmanager
def session() -> Iterator[SparkSession]:
    """Give a Spark session, and stop it afterwards if it was started here.

    Under spark-submit, and wherever Spark's own settings are found, those decide. Otherwise Spark
    runs in this process on all cores, listens to this machine alone and shows no web page.
    """
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    asked = SparkSession.builder.appName("keystage")
    asked = asked.config("spark.ui.showConsoleProgress", "false")
    if not any(name in os.environ for name in _CHOSEN):
        os.environ.setdefault("SPARK_LOCAL_IP", _LOOPBACK)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        asked = asked.master("local[*]").config("spark.ui.enabled", "false")
    started = asked.getOrCreate()
    try:
        yield started
    finally:
        started.stop()
