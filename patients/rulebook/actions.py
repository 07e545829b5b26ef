"""Signing for a figure that nobody verified, withdrawing it, a hub's own wash-outs and prophylaxis."""

from decimal import Decimal

from patients.advice.rules import faulty_items
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.pathway.agreement import seconded
from patients.products import prophylaxis, washouts
from patients.products.prophylaxis import Prophylaxis
from patients.products.signatures import Signature
from patients.products.washouts import WashoutLength
from patients.rulebook import catalogue

LEAST_WHERE = 10  # letters: a document and the place in it


def sign(*, hub: Centre, kind: str, key: str, where: str, by: User) -> Signature:
    """A haematologist of the hub has read a figure and signs for it as it is now; an older signature of it ends.

    Raises Refused where the figure is verified already, or signed for as it is, or without document and place.
    """
    with act(by=by, why=where):
        Centre.objects.select_for_update().get(pk=hub.pk)
        rule = catalogue.find(hub, kind, key)
        if rule is None or not rule.signable:
            raise Refused(Reason("nothing_to_sign"))
        if rule.signed:
            raise Refused(Reason("signed_already"))
        if len(where.strip()) < LEAST_WHERE:
            raise Refused(Reason("say_where", "where"))
        if rule.signature is not None:
            _end(rule.signature, "the figure changed", by)
        return Signature.objects.create(
            hub=hub, rule=rule.rule, said=rule.said, where=where.strip(), at=clock.now(), by=by
        )


def withdraw(*, hub: Centre, kind: str, key: str, why: str, by: User) -> None:
    """Withdraw the hub's signature: the figure warns again. Raises Refused without a signature or a reason."""
    with act(by=by, why=why):
        standing = Signature.objects.standing().select_for_update().filter(hub=hub, rule=f"{kind}/{key}").first()
        if standing is None:
            raise Refused(Reason("nothing_signed"))
        if not why.strip():
            raise Refused(Reason("say_why", "why"))
        _end(standing, why.strip(), by)


def _end(signature: Signature, why: str, by: User) -> None:
    signature.struck_at, signature.struck_by, signature.struck_why = clock.now(), by, why
    signature.version += 1
    signature.save()


def set_washout(
    *, hub: Centre, code: str, days: int, months: int, why: str, by: User, second: User | None = None
) -> WashoutLength | None:
    """Give a hub its own wash-out; everybody's length again is back to the reference (None).

    One shorter than everybody's is looser: the hub's haematologist sets it, and a second one agrees. Raises Refused.
    """
    with act(by=by, why=why):
        start, own = _start_and_own(WashoutLength, hub, code)
        if days and months:
            raise Refused(Reason("days_or_months", "months"))
        if (days, months) == (start.days, start.months):
            return _back(own, by)
        given = WashoutLength(hub=hub, code=code, days=days, months=months)
        standing = washouts.rows(hub.pk)[code]
        second = seconded(
            hub=hub,
            by=by,
            second=second,
            than_start=given.in_days < start.in_days,
            than_standing=given.in_days < standing.in_days,
            row=standing,
        )
        row = own or WashoutLength(hub=hub, code=code, version=0)
        row.days, row.months = days, months
        return _keep(row, start, by, second)


def set_prophylaxis(
    *,
    hub: Centre,
    code: str,
    text: str,
    months: int | None,
    cd4_over: Decimal | None,
    why: str,
    by: User,
    second: User | None = None,
) -> Prophylaxis | None:
    """Give a hub its own prophylaxis; everybody's again, word by word, is back to the reference (None).

    One that stops sooner than everybody's, and than what stands, needs a second haematologist; an order is refused.
    """
    with act(by=by, why=why):
        start, own = _start_and_own(Prophylaxis, hub, code)
        text = text.strip()
        faulty = faulty_items(text)
        if faulty:
            raise Refused(Reason("advice_gives_no_orders", "text", {"item": faulty[0]}))
        if text in (start.text_it, start.text_en) and (months, cd4_over) == (start.months, start.cd4_over):
            return _back(own, by)
        standing = prophylaxis.rows(hub.pk)[code]
        row = own or Prophylaxis(hub=hub, code=code, version=0)
        row.months, row.cd4_over = months, cd4_over
        second = seconded(
            hub=hub,
            by=by,
            second=second,
            than_start=row.stops_sooner(start),
            than_standing=row.stops_sooner(standing),
            row=standing,
        )
        row.name_it, row.name_en, row.text_it, row.text_en = start.name_it, start.name_en, text, text
        return _keep(row, start, by, second)


OWN = {"washout": WashoutLength, "prophylaxis": Prophylaxis}  # what a hub may set for itself here


def back_to_reference(*, hub: Centre, kind: str, code: str, why: str, by: User) -> None:
    """The reference counts again at a hub; its own row stays, with all its versions. Refused where none stands."""
    with act(by=by, why=why):
        _start, own = _start_and_own(OWN[kind], hub, code)
        if own is None or own.back:
            raise Refused(Reason("reference_stands", "back"))
        _back(own, by)


def _start_and_own(model, hub: Centre, code: str):
    """Everybody's row, and the hub's own for writing, None without one. Raises Refused for an unknown code."""
    start = model.objects.filter(hub__isnull=True, code=code).first()
    if start is None:
        raise Refused(Reason("nothing_to_sign"))
    return start, model.objects.select_for_update().filter(hub=hub, code=code).first()


def _keep(row, start, by: User, second: User | None):
    row.order, row.source, row.tag, row.back = start.order, start.source, "", False
    return _written(row, by, second)


def _back(own, by: User) -> None:
    if own is not None and not own.back:
        own.back = True
        _written(own, by, None)


def _written(row, by: User, second: User | None):
    row.by, row.second_by, row.at, row.version = by, second, clock.now(), row.version + 1
    row.save()
    return row
