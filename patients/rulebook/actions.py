"""Signing for a figure that nobody verified, withdrawing it, a hub's own wash-outs and prophylaxis."""

from decimal import Decimal

from patients.advice.rules import faulty_items
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.pathway.agreement import agreed
from patients.products.prophylaxis import Prophylaxis
from patients.products.signatures import Signature
from patients.products.washouts import WashoutLength, rows
from patients.rulebook import catalogue


def sign(*, hub: Centre, kind: str, key: str, where: str, by: User) -> Signature:
    """A haematologist of the hub has read a figure and signs for it as it is now; an older signature of it ends.

    Raises Refused where the figure is verified already, or signed for as it is, or without where it was read.
    """
    with act(by=by, why=where):
        Centre.objects.select_for_update().get(pk=hub.pk)
        rule = catalogue.find(hub, kind, key)
        if rule is None or not rule.signable:
            raise Refused(Reason("nothing_to_sign"))
        if rule.signed:
            raise Refused(Reason("signed_already"))
        if not where.strip():
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
    """Give a hub its own wash-out; everybody's length again needs no row (None).

    One shorter than everybody's is looser: the hub's haematologist sets it, and a second one agrees. Raises Refused.
    """
    with act(by=by, why=why):
        start = WashoutLength.objects.filter(hub__isnull=True, code=code).first()
        if start is None:
            raise Refused(Reason("nothing_to_sign"))
        if days and months:
            raise Refused(Reason("days_or_months", "months"))
        own = WashoutLength.objects.select_for_update().filter(hub=hub, code=code).first()
        given = WashoutLength(hub=hub, code=code, days=days, months=months)
        if (days, months) == (start.days, start.months):
            if own is not None:
                own.delete()
            return None
        standing = rows(hub.pk)[code]
        if given.in_days < start.in_days and given.in_days < standing.in_days:
            second = agreed(hub=hub, by=by, second=second)
        elif given.in_days >= start.in_days:
            second = None
        else:  # still looser than everybody's, but not looser than what two had agreed to
            second = standing.by if standing.second_by == by else standing.second_by
        row = own or WashoutLength(hub=hub, code=code, version=0)
        row.days, row.months, row.order, row.source, row.tag = days, months, start.order, start.source, "C"
        row.by, row.second_by, row.version = by, second, row.version + 1
        row.save()
        return row


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
    """Give a hub its own prophylaxis; everybody's again, word by word, needs no row (None).

    One that stops sooner than everybody's, and than what stands, needs a second haematologist; an order is refused.
    """
    with act(by=by, why=why):
        start = Prophylaxis.objects.filter(hub__isnull=True, code=code).first()
        if start is None:
            raise Refused(Reason("nothing_to_sign"))
        own = Prophylaxis.objects.select_for_update().filter(hub=hub, code=code).first()
        text = text.strip()
        faulty = faulty_items(text)
        if faulty:
            raise Refused(Reason("advice_gives_no_orders", "text", {"item": faulty[0]}))
        if text in (start.text_it, start.text_en) and (months, cd4_over) == (start.months, start.cd4_over):
            if own is not None:
                own.delete()
            return None
        row = own or Prophylaxis(hub=hub, code=code, version=0, months=start.months, cd4_over=start.cd4_over)
        before, by_before, second_before = Prophylaxis(months=row.months, cd4_over=row.cd4_over), row.by, row.second_by
        row.months, row.cd4_over = months, cd4_over
        if row.stops_sooner(start) and row.stops_sooner(before):
            row.second_by = agreed(hub=hub, by=by, second=second)
        elif not row.stops_sooner(start):
            row.second_by = None
        elif second_before == by:
            row.second_by = by_before
        row.name_it, row.name_en, row.text_it, row.text_en = start.name_it, start.name_en, text, text
        row.order, row.source, row.tag = start.order, start.source, "C"
        row.by, row.version = by, row.version + 1
        row.save()
        return row
