"""Switching the module, a hub's own words, and the reference's again: by a haematologist of the hub, with a reason."""

from collections.abc import Iterable

from patients.advice import reading, rules
from patients.advice.models import AdviceEdit, AdviceLine, AdviceSwitch
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.identity.access import may_at
from patients.pathway.agreement import seconded

CHANGES = "advice.change"


def switch(*, hub: Centre, on: bool, guidelines: Iterable[str], why: str, by: User) -> AdviceSwitch:
    """Switch a hub's advice on, with the sources whose sets it shows, or off; off keeps them for the next time.

    Raises Refused for anybody but a haematologist of the hub, without a reason, and where it stands so already.
    """
    with act(by=by, why=why):
        _may(hub, by, why)
        before = reading.switch_of(hub.pk)
        chosen = sorted(set(guidelines))
        if on and not chosen:
            raise Refused(Reason("choose_a_source", "guidelines"))
        if before.on == on and (not on or sorted(before.guidelines) == chosen):
            raise Refused(Reason("advice_stands_so"))
        return AdviceSwitch.objects.create(
            hub=hub, version=before.version + 1, on=on, guidelines=chosen, why=why.strip(), at=clock.now(), by=by
        )


def edit(
    *,
    hub: Centre,
    line: AdviceLine,
    text: str,
    why: str,
    by: User,
    hours: int | None = None,
    second: User | None = None,
) -> AdviceEdit:
    """The hub's own words for a text, a new version; `hours`: from which grade 1 persists, where the text has some.

    Later than the reference, and than what stands, a second haematologist agrees. Raises Refused: also for an order,
    and for what stands already.
    """
    with act(by=by, why=why):
        _may(hub, by, why)
        items = rules.items_of(text)
        if not items:
            raise Refused(Reason("write_the_advice", "text"))
        faulty = rules.faulty_items(text)
        if faulty:
            raise Refused(Reason("advice_gives_no_orders", "text", {"item": faulty[0]}))
        text, latest = "\n".join(items), _latest(hub, line)
        own = latest if latest and latest.text else None
        hours = (hours or line.hours) if line.hours else None
        standing = [own.text] if own else [line.text_it.strip(), line.text_en.strip()]
        if text in standing and hours == ((own and own.hours) or line.hours):
            raise Refused(Reason("advice_stands_so", "text"))
        agreeing = seconded(
            hub=hub,
            by=by,
            second=second,
            than_start=hours is not None and hours > line.hours,
            than_standing=hours is not None and hours > ((own and own.hours) or line.hours),
            row=own,
        )
        return _write(hub, line, latest, text, why, by, hours=hours, second_by=agreeing)


def revert(*, hub: Centre, line: AdviceLine, why: str, by: User) -> AdviceEdit:
    """The reference's words again, a new version. Raises Refused where they stand."""
    with act(by=by, why=why):
        _may(hub, by, why)
        latest = _latest(hub, line)
        if latest is None or not latest.text:
            raise Refused(Reason("advice_stands_so"))
        return _write(hub, line, latest, "", why, by)


def _may(hub: Centre, by: User, why: str) -> None:
    Centre.objects.select_for_update().get(pk=hub.pk)
    if hub.kind != Centre.Kind.HUB or not may_at(by, CHANGES, hub):
        raise Refused(Reason("only_a_haematologist_of_the_hub"))
    if not why.strip():
        raise Refused(Reason("say_why", "why"))


def _latest(hub: Centre, line: AdviceLine) -> AdviceEdit | None:
    return AdviceEdit.objects.filter(hub=hub, line=line).select_related("by", "second_by").first()


def _write(
    hub: Centre, line: AdviceLine, latest: AdviceEdit | None, text: str, why: str, by: User, **more
) -> AdviceEdit:
    version = latest.version + 1 if latest else 1
    return AdviceEdit.objects.create(
        hub=hub, line=line, version=version, text=text, why=why.strip(), at=clock.now(), by=by, **more
    )
