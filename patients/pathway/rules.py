"""What follows from a pathway's dates alone. Pure: no Django, no clock."""

from datetime import date, timedelta

# Irradiated blood products only, from 7 days before apheresis to at least 90 days after infusion (reference 4 [V]).
IRRADIATED_BEFORE_APHERESIS_DAYS = 7
IRRADIATED_AFTER_INFUSION_DAYS = 90


def needs_irradiated_blood(today: date, *, apheresis_on: date | None, infusion_on: date | None) -> bool:
    """Whether only irradiated blood products may be given today; days are actual, else planned, None = not known.

    Once cells were collected it holds until the infusion is 90 days past; without an infusion it goes on holding.
    """
    if apheresis_on is None and infusion_on is None:
        return False
    starts = (apheresis_on or infusion_on) - timedelta(days=IRRADIATED_BEFORE_APHERESIS_DAYS if apheresis_on else 0)
    if today < starts:
        return False
    return infusion_on is None or today <= infusion_on + timedelta(days=IRRADIATED_AFTER_INFUSION_DAYS)
