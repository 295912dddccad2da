"""A system's reader, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from runbook_lib.errors import LoginRefused, SystemRefused
from runbook_lib.systems.salesforce.login_errors import speaks_of_user

Reader = TypeVar("Reader")


@dataclass
class Once(Generic[Reader]):
    """A reader that is made when first asked for; a refusal of the secret is kept and raised again, not tried
    again. What says nothing about the secret, such as an outage, is not kept: asking again may help."""

    make: Callable[[], Reader]
    reader: Reader | None = None
    refusal: SystemRefused | None = None

    def __call__(self) -> Reader:
        """The reader; raises the refusal of the first try, however often it is asked."""
        if self.refusal is not None:
            raise self.refusal
        if self.reader is None:
            try:
                self.reader = self.make()
            except SystemRefused as refusal:
                if isinstance(refusal, LoginRefused) and speaks_of_user(refusal.code):
                    self.refusal = refusal
                raise
        return self.reader

    def forget(self) -> None:
        """The next call makes a new reader."""
        self.reader = self.refusal = None
