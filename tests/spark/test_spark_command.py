"""``keystage measures --engine spark`` as a person runs it, and where Spark is not installed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from keystage.cli import main
from keystage.core.errors import UsageError
from keystage.flows.spark import installed
from keystage.flows.spark import session as sessions
from keystage.flows.spark.installed import see_what_is_installed


@pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_the_command_says_what_it_always_says(
    parquet: Callable[..., Path],
    invented: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pupils = parquet(pl.read_csv(invented / "pupils.csv", infer_schema=False))
    arguments = [
        "keystage", "measures", str(pupils), "--schools", str(invented / "schools.csv"),
        "--year", "2022", "--release", "provisional", "--engine", "spark", "--json",
        "-o", str(tmp_path / "out"),
    ]  # fmt: skip
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pupils"] == pl.read_parquet(pupils).height
    assert (tmp_path / "out" / "school.csv").exists()


@pytest.mark.parametrize("name", ["pyspark", "pyarrow", "pandas"])
def test_a_missing_package_is_named_with_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda one: None if one == name else object())
    with pytest.raises(UsageError, match=rf"needs {name}, .* pip install 'keystage\[spark\]'"):
        see_what_is_installed()


def test_a_missing_java_is_said_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="openjdk-17-jre-headless"):
        see_what_is_installed()
    monkeypatch.delenv("JAVA_HOME")
    with pytest.raises(UsageError, match="there is no java"):
        see_what_is_installed()
    monkeypatch.setenv("SPARK_REMOTE", "sc://cluster")
    see_what_is_installed()


class Started:
    """Stands for a session and for what makes one, and remembers how it was asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.stopped = False

    def config(self, name: str, value: str) -> "Started":
        self.asked[name] = value
        return self

    def master(self, where: str) -> "Started":
        return self.config("master", where)

    def appName(self, name: str) -> "Started":  # noqa: N802  # Spark's own name
        return self.config("name", name)

    def getOrCreate(self) -> "Started":  # noqa: N802  # Spark's own name
        return self

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Started:
    """No session is active, and one that is asked for is only remembered."""
    made = Started()
    kind = type("Sessions", (), {"builder": made, "getActiveSession": staticmethod(lambda: None)})
    monkeypatch.setattr(sessions, "SparkSession", kind)
    for name in [name for name in os.environ if name.startswith(("SPARK", "PYSPARK"))]:
        monkeypatch.delenv(name)
    return made


def test_without_settings_spark_runs_here_and_listens_to_this_machine_alone(
    fake: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "")
    monkeypatch.delenv("SPARK_LOCAL_IP")
    monkeypatch.delenv("PYSPARK_PYTHON", raising=False)
    with sessions.session():
        assert os.environ["SPARK_LOCAL_IP"] == "127.0.0.1"
        assert not fake.stopped
    assert fake.asked["master"] == "local[*]"
    assert fake.asked["spark.ui.enabled"] == "false"
    assert fake.stopped


def test_settings_of_a_cluster_decide(fake: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--master yarn pyspark-shell")
    with sessions.session():
        assert "SPARK_LOCAL_IP" not in os.environ
    assert "master" not in fake.asked
    assert "spark.ui.enabled" not in fake.asked
