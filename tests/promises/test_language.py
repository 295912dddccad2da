"""What people and contributors read is one native language each: American English, German with Sie,
Spanish with usted; and nobody is taken for a man.

Held here is what a list of words can hold; whether a sentence is one that a native admin would write, no test
tells.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "runbook_lib"
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *PACKAGE.glob("**/*.toml")]
UNTRANSLATED_PAGES = [page for page in PAGES if page.suffix == ".md" and page.stem[-3:] not in ("_de", "_es")]

GENDERED = re.compile(r"\b(he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
ARCHAIC = re.compile(r"\b(for ever|nought|unheeded|whilst|amongst|hitherto|heretofore)\b", re.IGNORECASE)
BRITISH = re.compile(
    r"\b(licen(ce[sd]?|cing)|(mis)?spelt|learnt|judgement|cancell(ed|ing)|(un)?labelled|"
    r"grey|cent(re|red)|analys(e[ds]?|ing)|travell\w+|\w*(colour|favour|behaviour|honour|labour|neighbour)\w*|"
    r"\w*(recogn|organ|normal|initial|synchron|author|custom|capital|summar|serial|minim|optim|personal|visual|"
    r"final|local|categor|priorit|emphas|apolog|standard|central|util)is(e[ds]?|ing|ation\w*))\b",
    re.IGNORECASE,
)
FAMILIAR = {
    "de": re.compile(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?[rsmn]?|[Ee]uch|[Ee]uere?[rsmn]?)\b"),
    "es": re.compile(r"\b([Tt]ú|[Tt]us?|[Tt]i|[Cc]ontigo|[Vv]osotr[oa]s|[Vv]uestr[oa]s?)\b"),
}
SHOWN = ("review", "change", "proof", "guide")
"""The floors that speak to people."""
KEYS = {"cancelled", "Cancelled"}
"""An outcome's name in journals, reports and replies of ``--json``, which is a contract; and its class."""
DATA = {"driving licence"}
"""What a field of an org may be called."""
VAGUE = {"told", "shown", "found"}
"""That something was said or seen, and not what."""
KEPT = {
    ("survey/model/arrival.py", "found"): "a key of snapshots: how many of a sample were found",
    ("survey/model/unknown.py", "told"): "a key of snapshots: what a system told in its refusal",
    ("proof/progress.py", "found"): "a key of the journal: how many of a sample were found",
    ("proof/report/step_report.py", "found"): "a key of report.json",
    ("proof/report/step_report.py", "shown"): "a key of report.json",
    ("proof/report/words.py", "FOUND"): "a state of report.json: it was so when somebody looked again",
}
"""Module and vague name → why it is kept."""
SAME_CONCEPT = {
    "FieldAccess": "Salesforce: what a user may do with a field",
    "ObjectAccess": "Salesforce: what a user may do with the records of an object",
    "SystemPermission": "Salesforce: a permission of a profile or a permission set",
    "SyncError": "Marketo: a line of Sync Errors",
    "SyncStatus": "Marketo: the word on its Salesforce page",
}
"""Classes of the product and of the rehearsal with one name: the two share no code, and name one thing of a
vendor as the vendor does. Any other name stands on one side alone."""


def _catalogue(language: str) -> dict[str, str]:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "runbook.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def _docstrings() -> Iterator[tuple[str, str]]:
    """Place and text of every docstring, those below a constant or a field included."""
    for path in sorted(PACKAGE.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            body = getattr(node, "body", None)
            for statement in body if isinstance(body, list) else ():
                match statement:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        yield f"{path.relative_to(ROOT)}:{statement.lineno}", text


@dataclass(frozen=True)
class Named:
    """What a source gives a name: line and name of its loop variables, and of everything; its classes."""

    loops: tuple[tuple[int, str], ...]
    everything: tuple[tuple[int, str], ...]
    classes: tuple[str, ...]

    @property
    def vague(self) -> list[tuple[int, str]]:
        """The names that do not say what a thing is."""
        return [(line, name) for line, name in self.everything if name.strip("_").lower() in VAGUE]


@cache
def _named(source: str) -> Named:
    nodes = list(ast.walk(ast.parse(source)))
    return Named(
        tuple(variable for node in nodes for variable in _loop_variables(node)),
        tuple(named for node in nodes for named in _names(node)),
        tuple(node.name for node in nodes if isinstance(node, ast.ClassDef)),
    )


def _loop_variables(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each variable that a loop or a comprehension runs over."""
    if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        for part in ast.walk(node.target):
            if isinstance(part, ast.Name):
                yield part.lineno, part.id


def _names(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name, where it names a variable, a parameter, an attribute, a function or a class."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield node.lineno, name
        case ast.arg(arg=str(name)) | ast.alias(asname=str(name)) | ast.MatchAs(name=str(name)):
            yield node.lineno, name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield node.lineno, name


def _sources(*folders: Path) -> Iterator[tuple[Path, Named]]:
    for path in sorted(path for folder in folders for path in folder.glob("**/*.py")):
        yield path, _named(path.read_text(encoding="utf-8"))


def _twice(classes: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Names that stand twice outside of the rehearsal, or in the product and in it, with their modules;
    ``classes``: module and name of each class."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for module, name in classes:
        places[name].append(module)
    return {
        name: modules
        for name, modules in places.items()
        if len(modules) > 1 and not all(module.startswith("rehearsal/") for module in modules)
    }


def _comments() -> Iterator[tuple[str, str]]:
    for path in sorted([*PACKAGE.glob("**/*.toml"), *PACKAGE.glob("**/*.py")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if "# " in line:
                yield f"{path.relative_to(ROOT)}:{number}", line.rpartition("# ")[2]


def _pages() -> Iterator[tuple[str, str]]:
    for page in UNTRANSLATED_PAGES:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{page.relative_to(ROOT)}:{number}", line


@cache
def _english() -> dict[str, str]:
    """Everything English that somebody reads: sentences, docstrings, comments, pages."""
    said = {f"say({sentence!r})": sentence for sentence in _catalogue("de")}
    return {**said, **dict(_docstrings()), **dict(_comments()), **dict(_pages())}


def _offences(words: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    """Place and word of each offence."""
    found = (
        (place, match[0]) for place, text in texts.items() for match in words.finditer(_without_data(text))
    )
    return [f"{place}: {word}" for place, word in found if word not in KEYS]


def _without_data(text: str) -> str:
    for phrase in DATA:
        text = text.replace(phrase, "")
    return text


@pytest.mark.parametrize("words", [GENDERED, ARCHAIC, BRITISH], ids=["gendered", "archaic", "british"])
def test_english_of_today(words: re.Pattern[str]) -> None:
    """The sync user is "they", the spelling is the two vendors', and no word is from another century."""
    assert _offences(words, _english()) == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_people_are_addressed_formally(language: str) -> None:
    """German says Sie and Spanish says usted, in every sentence."""
    assert _offences(FAMILIAR[language], _catalogue(language)) == []


def test_numbers_are_written_by_the_reader_s_language() -> None:
    """No number is put into words before it is known who reads it: in German 7,215 is seven."""
    written = re.compile(r":[+,]*,[^}'\"]*\}|:\+?\.\df\}")
    shown = [
        path
        for floor in SHOWN
        for path in [*(PACKAGE / floor).glob("**/*.py"), *(PACKAGE / floor).glob("**/*.j2")]
    ]
    lines = ((path, line) for path in shown for line in path.read_text(encoding="utf-8").splitlines())
    assert [f"{path.name}: {line.strip()}" for path, line in lines if written.search(line)] == []


def test_loops_name_what_they_run_over() -> None:
    """A loop runs over fields, checks or rows, and says so, also in tests: never over “each” or “one”."""
    offences = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, named in _sources(PACKAGE, ROOT / "tests", ROOT / "benchmarks")
        for line, name in named.loops
        if name in ("each", "one")
    ]
    assert offences == []


@pytest.mark.parametrize("loop", ["for each in rows: ...", "x = [one for name, one in rows]"])
def test_a_loop_over_nothing_named_is_seen(loop: str) -> None:
    """Also in a comprehension, and beside another variable."""
    assert {"each", "one"} & {name for _, name in _named(loop).loops}


def test_names_say_what_a_thing_is() -> None:
    """A variable, a parameter or an attribute is a message, a view, rows or matches, and says which."""
    vague = {
        (path, line, name)
        for path, named in _sources(PACKAGE, ROOT / "benchmarks")
        for line, name in named.vague
    }
    kept = {(path, line, name) for path, line, name in vague if (_in_package(path), name) in KEPT}
    assert sorted(f"{path.relative_to(ROOT)}:{line}: {name}" for path, line, name in vague - kept) == []
    assert {(_in_package(path), name) for path, _, name in kept} == KEPT.keys(), "kept for nothing"


@pytest.mark.parametrize(
    "source",
    [
        "told = 1",
        "found: int = 1",
        "a, shown = 1, 2",
        "self.found = 1",
        "def f(x, *told): ...",
        "lambda *, shown: 1",
        "for found in (): ...",
        "if (told := 1): ...",
        "with f() as found: ...",
        "import x as told",
        "def _shown(): ...",
        "class Told: ...",
    ],
)
def test_a_vague_name_is_seen(source: str) -> None:
    """However it is given: as a target, a parameter, a loop variable, a function or a class."""
    assert len(_named(source).vague) == 1 and not _named("f(told=found.shown)").vague


def test_a_class_name_stands_once() -> None:
    """Who reads a name knows which class is meant; the rehearsal has only a vendor's words in common."""
    twice = _twice((_in_package(path), name) for path, named in _sources(PACKAGE) for name in named.classes)
    assert {name: modules for name, modules in twice.items() if name not in SAME_CONCEPT} == {}
    assert {name for name in SAME_CONCEPT if len(twice.get(name, ())) != 2} == set(), "kept for nothing"


@pytest.mark.parametrize(
    ("modules", "is_seen"),
    [
        (("guide/state/session.py", "systems/salesforce/session.py"), True),
        (("guide/state/session.py", "rehearsal/org/login/session.py"), True),
        (("rehearsal/org/login/session.py", "rehearsal/marketo/session.py"), False),
    ],
)
def test_a_class_that_stands_twice_is_seen(modules: tuple[str, str], is_seen: bool) -> None:
    """Also one inside of a function; what the rehearsal calls by one name is its own affair."""
    sources = ("class Session: ...", "def page():\n    class Session: ...")
    planted = [
        (module, name)
        for module, source in zip(modules, sources, strict=True)
        for name in _named(source).classes
    ]
    assert bool(_twice(planted)) is is_seen


def _in_package(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (GENDERED, "Give him Read in his permission set."),
        (ARCHAIC, "Fields stay there for ever."),
        (BRITISH, "That takes a free licence."),
        (BRITISH, "Marketo recognises these fields, and their behaviour."),
        (FAMILIAR["de"], "Klicken Sie auf deine Felder."),
        (FAMILIAR["es"], "Abra tu página de Marketo."),
    ],
)
def test_the_lists_see_an_offence(words: re.Pattern[str], sentence: str) -> None:
    """Each list finds what it is there to find."""
    assert _offences(words, {"planted": sentence})
