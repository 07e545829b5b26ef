"""Every permission that a role may carry, and every facet of a patient that a role may read.

Roles themselves are data (seeds/roles.yaml); this page is their vocabulary, so that a misspelt one is refused.
"""

PERMISSIONS: dict[str, str] = {
    "referral.submit": "ask a hub for CAR-T and answer its questions",
    "referral.answer": "take on, ask for more, advise against",
    "eligibility.record": "record what is known of indication and fitness",
    "eligibility.decide": "decide, with a reason, and choose the product",
    "ordering.record": "place the maker's order and its slot",
    "apheresis.book": "book a chair",
    "apheresis.record": "record the collection",
    "manufacturing.record": "record shipment, release and receipt",
    "bridging.record": "record bridging therapy",
    "lymphodepletion.plan": "plan lymphodepletion and the day of infusion",
    "lymphodepletion.record": "record lymphodepletion day by day",
    "infusion.record": "record the infusion",
    "infusion.override": "let an infusion go on, with a reason, where a door may be overridden; record one afterwards",
    "identity.check": "be one of the two people who check identity",
    "identity.resolve": "be one of the two people who resolve an identity incident",
    "toxicity.record": "record bedside assessments and what was given",
    "toxicity.confirm": "confirm a grade",
    "followup.record": "record restaging and visits",
    "pathway.bring_in": "bring in patients who are already under way",
    "pathway.transfer": "transfer a pathway to another hub",
    "pathway.hold": "put a pathway on hold and resume it",
    "pathway.close": "close a pathway with a coded reason",
    "death.record": "record a death",
    "link.share": "share the daily grid with the referral centre",
    "reminders.acknowledge": "acknowledge, snooze and hand on reminders",
    "schedule.change": "change the hub's schedule and promises",
    "advice.change": "switch the hub's advice on or off and edit its texts",
    "rules.sign": "sign for figures that nobody verified, and be the second for a looser threshold",
    "registry.write": "write registry fields",
    "export.make": "export data",
    "history.read": "read who changed what and why",
    "people.manage": "invite people, give and end roles",
    "centre.manage": "change the centre's settings",
}

# What a centre keeps whose link has ended: it reads what it had until then and writes nothing.
READING: frozenset[str] = frozenset({"history.read"})

# What a page shows of a patient. `status`: stage dates, decisions, worst grade, letters.
FACETS: frozenset[str] = frozenset(
    {
        "status",
        "dossier",
        "apheresis",
        "manufacturing",
        "treatment",
        "toxicity",
        "followup",
        "survival",
        "history",
    }
)
