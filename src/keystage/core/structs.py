"""What msgspec works out of every Struct class, worked out before threads ask for it.

On the first conversion to a class msgspec keeps what it found of the class's fields. While one
thread is at that, another that asks for the same class is given what is half done, and the process
dies. Whoever starts threads calls `build` first.
"""

from collections.abc import Iterator

import msgspec


def build() -> int:
    """Work out every Struct class that was imported; returns how many there are.

    Classes with fields that no file can hold are left out: nothing is ever converted to them.
    """
    built = 0
    for kind in _kinds(msgspec.Struct):
        try:
            msgspec.json.Decoder(kind)
        except (TypeError, NameError):
            continue
        built += 1
    return built


def _kinds(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)
