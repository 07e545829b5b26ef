"""What a page says of the values that rules computed: every one with its source key, its version and its grounds.

A rule's value stands in an element with `data-computed` (patients/templatetags/computed.py). Its grounds stand inside,
in elements with `data-why`, or where `data-why-at` leads. A grade stands in no other place, apart from those that no
rule computed here: the scale's legend, the rows of a published table, grades reported from elsewhere.
"""

from html.parser import HTMLParser

from tests.clinical.test_sources import is_in_the_reference

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
GRADE, PUBLISHED = "cp-g", {"cp-legend", "cp-crs"}


class Element:
    """One element of a page, as far as its marks are concerned."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None"):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element] = []
        self.text = ""

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def above(self):
        """The element and those that it stands in."""
        one = self
        while one is not None:
            yield one
            one = one.parent

    def below(self):
        for child in self.children:
            yield child
            yield from child.below()

    @property
    def says(self) -> str:
        return " ".join(" ".join([self.text, *(child.text for child in self.below())]).split())


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("page", {}, None)

    def handle_starttag(self, tag, attrs):
        one = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(one)
        if tag not in VOID:
            self.here = one

    def handle_startendtag(self, tag, attrs):
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag):
        for one in self.here.above():
            if one.tag == tag:
                self.here = one.parent
                return

    def handle_data(self, data):
        self.here.text += " " + data.strip() if data.strip() else ""


def read(html: str) -> list[Element]:
    """The elements of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return list(reader.root.below())


def faults(html: str, *, around: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with the marks of a page, in words. `around`: ids of the page that a fragment is put into."""
    elements = read(html)
    ids = {f"#{one.attributes['id']}" for one in elements if "id" in one.attributes} | {f"#{one}" for one in around}
    links = {one.attributes.get("href", "") for one in elements if one.tag == "a"}
    found = []
    for one in elements:
        if "data-computed" in one.attributes:
            found += [f"{_named(one)}: {fault}" for fault in _faults_of(one, ids, links)]
        elif GRADE in one.classes and not _is_told(one):
            found.append(f"a grade that no rule stands behind: {one.says}")
    return found


def _named(one: Element) -> str:
    return f"{one.attributes.get('data-rule')} “{one.says[:60]}”"


def _faults_of(one: Element, ids: set[str], links: set[str]) -> list[str]:
    keys = one.attributes["data-computed"].split()
    found = [f"the reference has no section {key}" for key in keys if not is_in_the_reference(key)]
    found += [] if keys else ["no source"]
    found += [] if one.attributes.get("data-version", "").strip() else ["no version"]
    where = one.attributes.get("data-why-at", "")
    if where:
        within_a_link = any(place.tag == "a" for place in one.above())
        reached = where in ids if where.startswith("#") else within_a_link or where in links
        found += [] if reached else [f"grounds out of reach: {where}"]
    elif not any("data-why" in part.attributes and part.says for part in one.below()):
        found.append("no grounds")
    return found


def _is_told(grade: Element) -> bool:
    """Whether a rule stands behind a grade, or it is none of a patient's computed values."""
    return any(
        "data-computed" in place.attributes or place.classes & PUBLISHED or "data-reported" in place.attributes
        for place in grade.above()
    )


def rules_on(html: str) -> set[str]:
    """Which rules computed something that a page shows."""
    return {one.attributes["data-rule"] for one in read(html) if "data-computed" in one.attributes}
