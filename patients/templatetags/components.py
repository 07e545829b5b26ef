"""The components of every page: one word, one icon, one number; never colour alone.

Each takes the plain data of patients/audit/shown.py or anything with the same names, dictionaries included.
The gallery at /components/ shows all of them alive.
"""

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit.shown import GRADES

register = template.Library()

MINUS = "−"

STAGE_ICONS = {
    1: "send",
    2: "clip",
    3: "drop",
    4: "flask",
    5: "bridge",
    6: "syringe",
    7: "bag",
    8: "thermo",
    9: "cal",
}

STAGE_STATES = {
    "done": gettext_lazy("(done)"),
    "here": gettext_lazy("(now)"),
    "also": gettext_lazy("(beside it)"),
    "ahead": gettext_lazy("(ahead)"),
}

NOTE_ICONS = {"": "msg", "ok": "ok", "warn": "alert", "danger": "alert", "info": "msg", "error": "alert"}
NOTE_TONES = {"success": "ok", "warning": "warn", "error": "danger", "debug": "", "info": ""}
BLOCK_ICONS = {"no": ("no", "danger"), "waiting": ("hour", "warn"), "unknown": ("ask", "info")}


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", css: str = "") -> SafeString:
    """`{% icon "clock" %}`; size "" 16 px, "lg" 20, "xl" 24. With `label` it speaks, without it is decoration."""
    classes = " ".join(part for part in ("i", size and f"i-{size}", css) if part)
    address = f"{static('icons.svg')}#i-{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', classes, label, address)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, address)


@register.simple_tag
def stage_icon(number: int, size: str = "") -> SafeString:
    """The icon of a stage, 1 to 9."""
    return icon(STAGE_ICONS[number], size=size)


@register.inclusion_tag("_components/chip.html")
def chip(text, icon: str = "", tone: str = "", end: bool = False) -> dict:
    """`{% chip "Waiting, 4 d" icon="hour" tone="warn" %}`, or `{% chip a_chip %}` with a Chip."""
    if isinstance(text, str) or not hasattr(text, "tone"):
        return {"text": text, "icon": icon, "tone": tone, "end": end}
    return {"text": text.text, "icon": text.icon, "tone": text.tone, "end": end}


@register.inclusion_tag("_components/grade.html")
def grade(
    value, name: str = "", state: str = "", by: str = "", size: str = "", word: bool = False, stale: bool = False
) -> dict:
    """`{% grade 2 name="CRS" state="confirmed" by="M. Villa 08:14" word=True %}`; None or "" = not assessed.

    state: computed (dashed, "to be confirmed") | confirmed | reported (an arrow, the centre in `by`).
    size: sm 20 px, "" 26, lg 44. The word is always there for a screen reader; `word` shows it to the eye.
    `stale` greys a grade whose next assessment is overdue, and says so.
    """
    known = None if value in (None, "") else int(value)
    if known not in GRADES:
        raise ValueError(f"no grade {known}")
    return {
        "number": "–" if known is None else known,
        "css": "gx" if known is None else f"g{known}",
        "words": GRADES[known],
        "name": name,
        "state": state,
        "by": by,
        "size": size,
        "show_word": word,
        "stale": stale,
    }


@register.inclusion_tag("_components/ball.html")
def ball(ball, compact: bool = False) -> dict:
    """`{% ball a_ball %}` the chip; `compact=True` the icon before the owner, for rows."""
    return {"ball": ball, "compact": compact}


@register.inclusion_tag("_components/stage_bar.html")
def stage_bar(stages, ball=None) -> dict:
    """`{% stage_bar nine_stage_boxes ball=a_ball %}`; on the phone "4 of 9 · Manufacturing + Bridging" and the ball."""

    def read(box, name):
        return box.get(name, "") if isinstance(box, dict) else getattr(box, name, "")

    drawn = [
        {
            "number": read(box, "number"),
            "word": read(box, "word"),
            "state": read(box, "state"),
            "detail": read(box, "detail"),
            "url": read(box, "url"),
            "icon": "check" if read(box, "state") == "done" else STAGE_ICONS[read(box, "number")],
            "spoken": STAGE_STATES[read(box, "state")],
        }
        for box in stages
    ]
    here = next((box for box in drawn if box["state"] == "here"), None)
    beside = [box["word"] for box in drawn if box["state"] == "also"]
    return {
        "stages": drawn,
        "total": len(drawn),
        "here": here,
        "short": " + ".join([str(here["word"]) if here else "", *map(str, beside)]).strip(" +"),
        "ball": ball,
    }


@register.inclusion_tag("_components/banner.html")
def banner(banner) -> dict:
    """`{% banner a_banner %}` in block `banner`: who the page is about; two lines on the phone."""
    return {"banner": banner}


@register.inclusion_tag("_components/tabs.html")
def tabs(tabs, label: str = "") -> dict:
    """`{% tabs pathway_tabs %}`: the sections of a pathway, a list of Tab."""
    return {"tabs": tabs, "label": label or _("Sections")}


@register.filter
def signed(number) -> str:
    """+4, 0, −20 with a true minus; a day is never written without its sign."""
    if number in (None, ""):
        return ""
    number = int(number)
    return "0" if number == 0 else f"+{number}" if number > 0 else f"{MINUS}{-number}"


@register.inclusion_tag("_components/day.html")
def day(number, planned: bool = False, short: bool = False) -> dict:
    """`{% day 4 %}`, `{% day -20 planned=True %}`; None = not yet fixed. Solid only when day 0 is real."""
    return {"text": signed(number), "planned": planned or number is None, "known": number is not None, "short": short}


@register.inclusion_tag("_components/note.html")
def note(title: str = "", text: str = "", tone: str = "", icon: str = "", live: bool = False) -> dict:
    """`{% note "Saved at the centre at 08:14." tone="ok" %}`: a bold first sentence, then what to do.

    tone: "" (information) ok warn danger, or a message level. `live` reads it out when it appears.
    """
    tone = NOTE_TONES.get(tone, tone)
    return {"title": title, "text": text, "tone": tone, "icon": icon or NOTE_ICONS[tone], "live": live}


@register.simple_block_tag
def notebox(content: str, title: str = "", tone: str = "", icon: str = "") -> SafeString:
    """`{% notebox title="Tell the doctor" tone="danger" icon="phone" %} anything {% endnotebox %}`."""
    return render_to_string(
        "_components/note.html",
        {"title": title, "content": content, "tone": tone, "icon": icon or NOTE_ICONS[tone], "live": False},
    )


@register.inclusion_tag("_components/empty.html")
def empty(title: str, text: str = "", icon: str = "clip", url: str = "", act: str = "", act_icon: str = "plus") -> dict:
    """`{% empty "No referral yet" "When a …" url=address act="Refer a patient" %}`: what comes, and the first act."""
    return {"title": title, "text": text, "icon": icon, "url": url, "act": act, "act_icon": act_icon}


@register.inclusion_tag("_components/item.html")
def item(item, selected: bool = False) -> dict:
    """`{% item an_item %}`: one row of Today, of reminders, of a list of patients."""
    return {"item": item, "selected": selected}


@register.inclusion_tag("_components/block.html")
def blocker(block) -> dict:
    """`{% blocker a_block %}`: what stops a stage, and the one act that helps."""
    kind = block["kind"] if isinstance(block, dict) else block.kind
    name, tone = BLOCK_ICONS[kind]
    return {"block": block, "icon": name, "tone": tone}


@register.inclusion_tag("_components/legend.html")
def grade_legend() -> dict:
    """The scale of grades, 0 to 4 and not assessed, for above a picture."""
    return {"grades": (0, 1, 2, 3, 4, None)}
