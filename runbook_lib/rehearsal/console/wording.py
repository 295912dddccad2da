"""The words on the Admin pages, in the language of the person who looks at them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from runbook_lib.rehearsal.console.locales import number

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español"}


class Words:
    """Words in one language: `words("fields.result", made=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, key: str, **values: object) -> str:
        """The text of `section.name` with its values filled in, numbers as the language writes them; KeyError
        for an unknown key."""
        section, name = key.split(".")
        texts = wording()[section][name]
        text = texts.get(self.language, texts["en"])
        for value_name, value in values.items():
            value_text = number(value, self.language) if isinstance(value, int) else str(value)
            text = text.replace("{" + value_name + "}", value_text)
        return str(text)


@cache
def wording() -> dict[str, Any]:
    """The whole file: section → name → language → text."""
    return tomllib.loads((files(__package__) / "wording.toml").read_text(encoding="utf-8"))
