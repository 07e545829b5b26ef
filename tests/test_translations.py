"""Both languages are complete: every message is in the Italian catalogue, translated, and no page has bare words.

No gettext is needed here: messages are read from the sources themselves.
"""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from carpath.settings import BASE_DIR

CATALOGUE = BASE_DIR / "patients/locale/it/LC_MESSAGES/django.po"
TEMPLATES = sorted(
    path for path in (BASE_DIR / "templates").rglob("*") if path.suffix in {".html", ".txt"} and path.is_file()
)
SOURCES = sorted(path for path in (BASE_DIR / "patients").rglob("*.py") if "migrations" not in path.parts)
SOURCES += sorted((BASE_DIR / "carpath").glob("*.py"))

# Words that are the same in both languages.
SAME = {
    *("Bridging", "Caregiver", "Day hospital", "Follow-up", "Hub", "No", "no", "Password", "max %(grade)s"),
    *("CRS", "ICANS", "ICE", "PET", "Data manager", "Vein-to-vein", "ECOG", "%(value)s %(unit)s"),
    *("Anakinra", "Prednisone", "Siltuximab", "Tocilizumab", "tocilizumab %(doses)s"),
    *("BiPAP", "CPAP", "ECMO", "NIV", "SpO₂", "100, 90…", "Deauville", "Polatuzumab (± rituximab)"),
}

# Bare words that stand in templates on purpose: names, and each language's own name.
BARE = {"CARPath", "Italiano", "English", "Passa all’italiano", "Switch to English", "Marchetti Elena"}
BARE |= {"CRS", "ICANS", "ICE"}
SPOKEN_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt", "data-label"}
CALLS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0}
CALLS |= {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 1, "npgettext_lazy": 1}


def catalogue() -> dict[tuple[str | None, str], object]:
    """The Italian catalogue by context and message id."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return {(message.context, _first(message.id)): message for message in messages}


def _first(text) -> str:
    return text if isinstance(text, str) else text[0]


# ── what the sources say ─────────────────────────────────────────────────────────────────────────────────────────


def _texts_of_python(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = CALLS.get(name)
        if place is None or len(node.args) <= place:
            continue
        words = [arg.value for arg in node.args[: place + 1] if isinstance(arg, ast.Constant)]
        if len(words) == place + 1 and all(isinstance(word, str) for word in words):
            yield (words[0] if place else None, words[place])


def _texts_of_template(path: Path):
    template = get_template(str(path.relative_to(BASE_DIR / "templates"))).template
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        literal = getattr(node.filter_expression.var, "literal", None)  # the tag wraps its words in a variable
        if isinstance(literal, str):
            context = node.message_context.var if node.message_context else None
            yield (str(context) if context else None, literal)
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        words, _variables = node.render_token_list(node.singular)
        yield (None, words)
    for words in re.findall(r"""[:=|,( ]_\((["'])(.+?)\1\)""", path.read_text(encoding="utf-8")):
        yield (None, words[1])


def every_text() -> dict[tuple[str | None, str], Path]:
    """Every message of the sources, and one file that has it."""
    found = {}
    for path in SOURCES:
        found |= dict.fromkeys(_texts_of_python(path), path)
    for path in TEMPLATES:
        found |= dict.fromkeys(_texts_of_template(path), path)
    return {(context, words): path for (context, words), path in found.items() if words.strip()}


def test_every_message_of_the_sources_is_in_the_catalogue():
    known = set(catalogue())
    missing = {
        words.replace("%%", "%"): str(path.relative_to(BASE_DIR))
        for (context, words), path in every_text().items()
        if (context, words) not in known and (context, words.replace("%", "%%")) not in known
    }
    assert missing == {}


def test_no_message_is_untranslated_or_guessed():
    faults = [
        _first(message.id)
        for message in catalogue().values()
        if message.fuzzy or not all([message.string] if isinstance(message.string, str) else message.string)
    ]
    assert faults == []


def test_a_message_equals_its_translation_only_where_the_word_is_the_same():
    equal = {key[1] for key, message in catalogue().items() if message.id == message.string}
    assert equal - SAME == set()


PLACE = re.compile(r"%\(\w+\)[sd]|%[sd%]")


def test_a_translation_keeps_what_is_filled_in():
    faults = {}
    for message in catalogue().values():
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = [sorted(PLACE.findall(text)) for text in ids]
        wanted += [[]] if len(ids) > 1 else []  # the singular may say "one" instead of the number
        for string in strings:
            if string and sorted(PLACE.findall(string)) not in wanted:
                faults[ids[0]] = string
    assert faults == {}


FORMAL = re.compile(
    r"\b(Lei|lei conferma|voi|avete|potete|[Vv]ostr[oaie]|Scriva|Scelga|Guardi|Indichi|Risponda|Corregga|Confermi"
    r"|Chieda|Chiuda|(?:[,:;] |o )(?:scriva|scelga|indichi|corregga|confermi|controlli|metta)|inviatel[ae]"
    r"|[Cc]orreggete|scrivete|guardate)\b"
)


def test_italian_speaks_to_the_reader_in_one_way():
    said = {words: message.string for (_context, words), message in catalogue().items()}
    strings = {words: (found,) if isinstance(found, str) else found for words, found in said.items()}
    assert {words: found for words, found in strings.items() if FORMAL.search(" ".join(found))} == {}


def test_the_glossary_is_kept():
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", (BASE_DIR / "docs/glossary.md").read_text(encoding="utf-8"), re.M)
    glossary = {english: italian for english, italian in rows if not english.startswith(("English", "-"))}
    assert len(glossary) > 60
    said = {words: _first(message.string) for (_context, words), message in catalogue().items()}
    differing = {word: said[word] for word, italian in glossary.items() if word in said and said[word] != italian}
    assert differing == {}


# ── no bare words in templates ───────────────────────────────────────────────────────────────────────────────────


class Words(HTMLParser):
    """The words that a template says without gettext."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in {"script", "style"}
        self._note(*(value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value))

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self.silent:
            self._note(data)

    def _note(self, *texts: str) -> None:
        for text in texts:
            words = re.sub(r"\s+", " ", text).strip(" ·:,.()+–—\"'")
            if re.search(r"[A-Za-zÀ-ÿ]{3,}", words) and words not in BARE:
                self.found.append(words)


def bare_words(source: str) -> list[str]:
    """Text and spoken attributes of a template with all its tags and variables taken out."""
    for pattern in (
        r"\{% comment %\}.*?\{% endcomment %\}",
        r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}",
        r"\{% block (?:body|main)_class %\}.*?\{% endblock %\}",
        r"\{#.*?#\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
    ):
        source = re.sub(pattern, " ", source, flags=re.S)
    parser = Words()
    parser.feed(source)
    return parser.found


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.suffix == ".html"], ids=lambda p: str(p.relative_to(BASE_DIR))
)
def test_a_template_has_no_bare_words(path):
    assert bare_words(path.read_text(encoding="utf-8")) == []


def test_the_sources_are_really_read():
    found = every_text()
    for words in ("To the content", "Sections", "Today", "%(age)s year"):
        assert (None, words) in found
    assert ("grade", "None") in found
    assert ("short for day", "d") in found


def test_the_scan_finds_bare_words():
    assert bare_words('<p title="Save">{% translate "Yes" %} and {{ no }}</p><b>CARPath</b>') == ["Save", "and"]
    assert bare_words("{% blocktranslate %}Well{% endblocktranslate %}{# a note #}") == []
