"""What is told of somebody who is brought in while under way, for tests that need it."""

from datetime import date, timedelta

from patients.audit import clock
from patients.clinical.days import PartialDate
from patients.exchange import positions
from patients.exchange.under_way import UnderWay
from patients.referral.actions import Person


def ago(net, days: int) -> date:
    return clock.today(net.hub.timezone) - timedelta(days=days)


def on(net, days: int) -> PartialDate:
    return PartialDate.on(ago(net, days))


def course(net, position: str, *, name: str = "Orsini", **days) -> UnderWay:
    """What is told of somebody at a position; days by how long ago they were, or as they are known."""
    known = {what: on(net, day) if isinstance(day, int) else day for what, day in days.items()}
    needed = {"apheresis": 40, "shipped": 39, "lymphodepletion_started": 6, "lymphodepletion_ended": 4, "infusion": 12}
    for what in positions.POSITIONS[position].exact:
        known.setdefault(what, on(net, needed[what]))
    return UnderWay(
        person=Person(name, "Mauro", date(1964, 3, 14), "M"),
        position=position,
        disease="lbcl",
        referring_centre=net.spoke,
        product="axi-cel" if position in positions.WITH_PRODUCT else None,
        collection_id=f"AF-{name}" if position in positions.WITH_CELLS else "",
        days=known,
    )
