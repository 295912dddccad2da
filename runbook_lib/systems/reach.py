"""Reaching a system once: whoever needs it asks, the first one logs in, and a refusal is not tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from runbook_lib.errors import RunbookError, SecretMissing, SystemRefused, TimedOut

CANNOT_TELL = (SystemRefused, SecretMissing, TimedOut)
"""What asking a system may run into without anybody being able to say "no"."""

Reader = TypeVar("Reader")


def _always(refusal: RunbookError) -> bool:
    return True


@dataclass
class Reach(Generic[Reader]):
    """A system that is asked for when first needed. Its reader is kept, and so is a refusal that ``lasts``:
    it is raised again, and nobody logs in a second time; after any other one asking again may help."""

    open: Callable[[], Reader]
    lasts: Callable[[RunbookError], bool] = _always
    reader: Reader | None = None
    refusal: RunbookError | None = None

    def __call__(self) -> Reader:
        """The reader. Raises one of ``CANNOT_TELL``; one that lasts, however often it is asked."""
        if self.refusal is not None:
            raise self.refusal
        if self.reader is None:
            try:
                self.reader = self.open()
            except CANNOT_TELL as refusal:
                if self.lasts(refusal):
                    self.refusal = refusal
                raise
        return self.reader

    @property
    def is_open(self) -> bool:
        """Whether somebody asked and was let in."""
        return self.reader is not None

    def forget(self) -> None:
        """The next call opens it anew."""
        self.reader = self.refusal = None
