"""Pages of manufacturing: shipment, the maker's word, acceptance out of specification, receipt by two people."""

from dataclasses import asdict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock
from patients.audit.refusals import Reason
from patients.audit.shown import Block
from patients.manufacturing import actions, corrections, words
from patients.manufacturing.forms import AcceptForm, CorrectForm, FollowForm, ReceiveForm, ReleaseForm, ShipForm
from patients.manufacturing.models import Lot
from patients.manufacturing.rules import not_acceptable, not_available
from patients.pathway.identity_page import IdentityPage
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView
from patients.pathway.words import refusal_words


def product_facts(lot: Lot | None) -> list[tuple[str, str]]:
    """A product as its page shows it; what has not happened says so. Identifiers are left to the check."""
    if lot is None:
        return []
    day = "%d/%m/%Y"
    not_yet = _("not yet")
    back = not_yet if lot.received_on is None else _("not known")
    facts = [
        (_("Product"), str(words.STATUS[lot.status])),
        (_("Shipped on"), f"{lot.shipped_on:{day}}"),
        (_("At the maker on"), f"{lot.maker_received_on:{day}}" if lot.maker_received_on else _("not known")),
        (_("Released on"), f"{lot.released_on:{day}}" if lot.released_on else _expected(lot)),
        (_("Shipped back on"), f"{lot.shipped_back_on:{day}}" if lot.shipped_back_on else back),
        (_("Received on"), f"{lot.received_on:{day}}" if lot.received_on else not_yet),
    ]
    if lot.receipt is not None:
        facts.append((_("Received by"), f"{lot.receipt.first.by.get_full_name()}, {lot.receipt.by.get_full_name()}"))
        kept = {True: _("within the limits"), False: _("outside the limits"), None: _("not known")}
        facts.append((_("Temperature"), ", ".join(filter(None, (kept[lot.temperature_kept], lot.temperature_note)))))
        facts.append((_("Storage position"), lot.storage_position or _("not known")))
    if lot.fault:
        facts.append((_("What is wrong with it"), lot.fault))
    if lot.accepted_by is not None:
        facts.append((_("Accepted by"), lot.accepted_by.get_full_name()))
    return facts


def _expected(lot: Lot) -> str:
    if lot.expected_release_on is None:
        return _("not yet")
    return _("not yet, expected on %(day)s") % {"day": f"{lot.expected_release_on:%d/%m/%Y}"}


# The parts of the file of a product out of specification, and what each needs.
PARTS: dict[str, set[str]] = {
    "request": {"requested_on"},
    "maker": {"maker_evaluated_on"},
    "patient": {"patient_told_on", "patient_agrees"},
    "authority": {"authority_on"},
}


class MakersPage(PathwayFormView):
    """A page about the product."""

    facet, permission = "manufacturing", "manufacturing.record"
    words = words.REFUSALS

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def version(self, pathway: Pathway) -> int:
        lot = actions.standing_lot(pathway)
        return 0 if lot is None else lot.version

    def context(self, pathway: Pathway) -> dict:
        lot = actions.standing_lot(pathway)
        return {"lot": lot, "facts": product_facts(lot), "may_correct": self.may_correct(pathway)}

    def may_correct(self, pathway: Pathway) -> bool:
        return pathway.status == Pathway.Status.OPEN and self.opened.access.may("manufacturing.record")


class Ship(MakersPage):
    """Record the shipment to the maker."""

    form_class = ShipForm
    title = gettext_lazy("Ship the cells")
    template_name = "manufacturing/ship.html"

    def write(self, pathway: Pathway, form: ShipForm, by) -> None:
        actions.ship(pathway=pathway, by=by, **form.cleaned_data)


class Follow(MakersPage):
    """Record how the product is getting on between shipment and receipt."""

    form_class = FollowForm
    title = gettext_lazy("Follow the product")
    template_name = "manufacturing/follow.html"

    def initial(self, pathway: Pathway) -> dict:
        lot = actions.standing_lot(pathway)
        if lot is None:
            return {}
        names = ("maker_received_on", "expected_release_on", "shipped_back_on", "return_waybill")
        return {name: getattr(lot, name) for name in names}

    def write(self, pathway: Pathway, form: FollowForm, by) -> None:
        actions.follow(pathway=pathway, by=by, **form.cleaned_data)


class Release(MakersPage):
    """Record what the maker says of the product."""

    form_class = ReleaseForm
    title = gettext_lazy("Release of the product")
    template_name = "manufacturing/release.html"

    def write(self, pathway: Pathway, form: ReleaseForm, by) -> None:
        said = form.cleaned_data
        if said["outcome"] == Lot.Status.FAILED:
            actions.fail(
                pathway=pathway,
                on=said["released_on"],
                fault=said["fault"],
                try_again=said["after_failure"] == "again",
                by=by,
            )
            return
        actions.release(
            pathway=pathway,
            released_on=said["released_on"],
            lot_number=said["lot_number"],
            expires_on=said["expires_on"],
            coi=said["coi"],
            out_of=said["fault"] if said["outcome"] == Lot.Status.OUT_OF_SPECIFICATION else "",
            by=by,
        )


class Correct(MakersPage):
    """Correct what is recorded of the product, with the reason."""

    form_class = CorrectForm
    title = gettext_lazy("Correct the product")
    template_name = "manufacturing/correct.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        lot = actions.standing_lot(pathway)
        return super().form_kwargs(pathway) | {"received": lot is not None and lot.received_on is not None}

    def initial(self, pathway: Pathway) -> dict:
        lot = actions.standing_lot(pathway)
        if lot is None:
            return {}
        names = [name for name in CorrectForm.base_fields if name not in (*CorrectForm.KEPT_WHEN_EMPTY, "why")]
        return {name: getattr(lot, name) for name in names}

    def context(self, pathway: Pathway) -> dict:
        lot = actions.standing_lot(pathway)
        seen = corrections.compared(lot) if lot is not None else set()
        in_use = pathway.milestones.happened().filter(what__in=corrections.IN_USE).exists()
        return super().context(pathway) | {"compared": bool(seen), "in_use": in_use, "may_correct": False}

    def write(self, pathway: Pathway, form: CorrectForm, by) -> None:
        corrections.correct(pathway=pathway, version=self.version(pathway), by=by, **form.told())


class Accept(MakersPage):
    """Accept a product out of specification: the treating physician's decision."""

    form_class = AcceptForm
    permission = "infusion.record"
    facet = "manufacturing"
    title = gettext_lazy("Accept a product out of specification")
    template_name = "manufacturing/accept.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        return super().form_kwargs(pathway) | {"request": self.request}

    def initial(self, pathway: Pathway) -> dict:
        return asdict(actions.oos_file(actions.standing_lot(pathway)))

    def context(self, pathway: Pathway) -> dict:
        lot = actions.standing_lot(pathway)
        waits = lot is not None and lot.status == Lot.Status.OUT_OF_SPECIFICATION and lot.accepted_at is None
        missing = not_acceptable(actions.oos_file(lot)) if waits else []
        return super().context(pathway) | {
            "waits": waits,
            "missing": [AcceptForm.PART_WORDS[part] for part in PARTS if PARTS[part] & set(missing)],
        }

    def write(self, pathway: Pathway, form: AcceptForm, by) -> None:
        actions.keep_oos_file(pathway=pathway, said=form.file(), by=by)
        if form.signs:
            actions.accept_out_of_specification(pathway=pathway, reason=form.cleaned_data["reason"], by=by)

    def success_url(self, pathway: Pathway) -> str:
        if self.request.POST.get("do") == "keep":
            return reverse("manufacturing:accept", args=[pathway.pk])
        return super().success_url(pathway)


class Receive(IdentityPage):
    """Receive the product at the hub: two people compare patient, lot, collection and expiry."""

    form_class = ReceiveForm
    facet = "manufacturing"
    title = gettext_lazy("Receive the product")
    template_name = "manufacturing/receive.html"
    words = words.REFUSALS
    point = actions.RECEIPT

    def subject(self, pathway: Pathway):
        lot = actions.standing_lot(pathway)
        return None if lot is None else lot.pk

    def context(self, pathway: Pathway) -> dict:
        lot = actions.standing_lot(pathway)
        page = super().context(pathway)
        reasons = not_available(actions.facts(lot), clock.today(pathway.hub.timezone))
        stops = [code for code in reasons if code != "product_not_received"]
        received = lot is not None and lot.received_on is not None
        return page | {
            "lot": lot,
            "received": received,
            "facts": product_facts(lot),
            "may_correct": pathway.status == Pathway.Status.OPEN and self.opened.access.may("manufacturing.record"),
            "stops": [] if received or page["incident"] else [Block(self._words(code, lot)) for code in stops],
            "may_resolve": self.opened.access.may("identity.resolve"),
        }

    def _words(self, code: str, lot: Lot | None) -> str:
        values = {"day": lot.expires_on} if lot is not None and lot.expires_on else {}
        return refusal_words(Reason(code, values=values), words.REFUSALS)

    def write(self, pathway: Pathway, form: ReceiveForm, by) -> None:
        actions.receive(pathway=pathway, by=form.person, own_log_in=form.own_log_in, **form.received())

    def success_url(self, pathway: Pathway) -> str:
        return reverse("manufacturing:receive", args=[pathway.pk])
