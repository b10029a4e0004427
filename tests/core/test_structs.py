"""Classes that threads read files into are worked out before: msgspec dies of two at once."""

import subprocess
import sys

import msgspec

from keystage.core import structs

#: Classes that hang together in a long row, made anew each time, and threads that ask at once.
PROGRAM = """
import sys, threading, types
import msgspec
from keystage.core import structs

sys.setswitchinterval(1e-6)
DEEP = 30

def made(turn):
    module = types.ModuleType(f"made{turn}")
    sys.modules[module.__name__] = module
    text = "import msgspec"
    for at in range(DEEP):
        below = f"'dict[str, C{at + 1}]'" if at + 1 < DEEP else "'int'"
        text += f'''
class C{at}(msgspec.Struct):
    __module__ = {module.__name__!r}
    a: int = 0
    b: {below} = 0
'''
    exec(text, module.__dict__)
    return module.C0

for turn in range(20):
    first, ready = made(turn), threading.Barrier(8)
    assert structs.build() >= DEEP * (turn + 1)
    raw = {"a": 1, "b": 0}
    for _ in range(DEEP - 1):
        raw = {"a": 1, "b": {"x": raw}}
    def ask():
        ready.wait()
        msgspec.convert(raw, first)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads: one.start()
    for one in threads: one.join()
"""


def test_threads_that_ask_at_once_get_their_answer() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=False, capture_output=True)  # noqa: S603  # ours

    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_class_that_no_file_can_hold_is_left_out() -> None:
    class Held(msgspec.Struct):
        what: "NowhereToBeFound"  # type: ignore[name-defined]  # noqa: F821

    before = structs.build()

    class Read(msgspec.Struct):
        what: int

    assert structs.build() == before + 1
    assert (Held.__name__, Read(what=1).what) == ("Held", 1)
