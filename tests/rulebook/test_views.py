"""Rules, products and evidence as people read them; who signs, and what a signature and a change do."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from patients.advice import actions as advice
from patients.advice.models import AdviceLine
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.audit.shown import source_words
from patients.clinical import reference_data
from patients.clinical.days import PartialDate
from patients.lymphodepletion import actions as lymphodepletion
from patients.lymphodepletion.models import LymphodepletionDay, LymphodepletionPlan
from patients.lymphodepletion.words import PLACED
from patients.pathway.actions import plan_milestone
from patients.products import signatures
from patients.products.evidence import Figure
from patients.products.indications import Indication, rules_now
from patients.products.models import Product
from patients.products.prophylaxis import Prophylaxis
from patients.products.regimens import Regimen
from patients.products.signatures import Signature
from patients.products.washouts import WashoutLength, lengths
from patients.referral.models import Medicine
from patients.reminders import actions as reminders
from patients.reminders.models import ScheduleTemplate
from patients.reminders.views import preview
from patients.rulebook import actions, catalogue, effects, fixed, history
from patients.toxicity import actions as toxicity
from patients.toxicity.models import WatchProtocol
from tests import network
from tests.clinical.test_sources import is_in_the_reference
from tests.eligibility.test_indication import record
from tests.forms import send
from tests.referral.asking import taken_on_course
from tests.test_seeds import stands_somewhere
from tests.toxicity import bedside


def hospital_with_others() -> network.Network:
    """A hub with a second haematologist, and one of another hub."""
    found = network.Network()
    found.second = network.person("second@hub.example", ("hub_haematologist", found.hub), name="Seconda Prova")
    found.stranger = network.person("other@other.example", ("hub_haematologist", network.centre("other")))
    return found


pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=hospital_with_others)]


@pytest.fixture
def hospital(prepared):
    return prepared


def browser(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def page(person, name, *args, **query) -> str:
    answer = browser(person).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def refusal(call, **given) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        call(**given)
    return [(reason.code, reason.field) for reason in refused.value.reasons]


THAW = {"kind": "product", "key": "axi-cel:thaw"}


def test_the_list_holds_every_rule_once_with_its_source_and_version(hospital):
    assert catalogue.sections(hospital.hub, ["advice"])[0].rules == []  # off, none of it is shown
    advice.switch(hub=hospital.hub, on=True, guidelines=["ebmt"], why="board", by=hospital.haematologist)
    sections = catalogue.sections(hospital.hub)
    rules = [one for section in sections for one in section.rules]
    assert {section.kind: bool(section.rules) for section in sections} == dict.fromkeys(catalogue.KINDS, True)
    assert len({one.rule for one in rules}) == len(rules)
    assert [one.rule for one in rules if not (one.source and one.version and one.label)] == []
    assert [one.rule for one in rules if not one.text and one.row is None] == []
    assert [one.rule for one in rules if not stands_somewhere(one.source)] == []
    of_kind = {section.kind: len(section.rules) for section in sections}
    assert of_kind["indication"] == len(reference_data.indications())
    assert of_kind["washout"] == len(reference_data.washouts())
    links = {one.key: one.evidence for section in sections for one in section.rules if section.kind == "indication"}
    assert (links["eu-axi-cel-lbcl-2l"], links["eu-axi-cel-fl"], links["eu-ide-cel-mm"]) == (
        "product=axi-cel&disease=LBCL",
        "",
        "",
    )
    assert (of_kind["lymphodepletion"], of_kind["window"]) == (Regimen.objects.count(),) * 2


def test_what_is_fixed_in_the_app_stands_in_the_list_with_its_mark_and_says_that_nobody_signs_for_it(hospital):
    with translation.override("en"):
        found = {kind: {one.key: one for one in catalogue.sections(None, [kind])[0].rules} for kind in catalogue.FIXED}
    said = {
        ("fitness", "lvef"): ("weighed below 50 %, settled first below 40", "5.2", "K"),
        ("fitness", "infection_controlled"): ("settled first while it lasts", "5.2", ""),
        ("apheresis", "alc"): ("from 0.2 ×10⁹/L", "4", "K"),
        ("apheresis", "haemoglobin"): ("above 8 g/dL", "4", "K"),
        ("apheresis", "serology"): ("taken within 30 days before apheresis", "4", "K"),
        ("clinical", "refractory-myeloma"): ("progression on it, or within 60 days of its last dose", "3", "K"),
        ("therapy", "isa-kd"): ("isatuximab, carfilzomib, dexamethasone", "9", "K"),
        ("path", "closed"): ("no relapse: After 12 months.", "6.1", "S"),
    }
    rules = {place: found[place[0]][place[1]] for place in said}
    assert {place: (one.text, one.source, one.tag) for place, one in rules.items()} == said
    marked_k = {key for key, one in found["clinical"].items() if one.tag == "K"}
    assert marked_k == {"ctcae", "iec-hs", "steroid", "refractory-myeloma"}
    assert "axi-cel, liso-cel" in found["path"]["early_relapse"].text
    listed = page(hospital.haematologist, "rulebook:rules", kind="clinical")
    assert listed.count("not verified, only shown") == 4
    for kind, key in (("clinical", "iec-hs"), ("fitness", "lvef"), ("therapy", "isa-kd"), ("clinical", "ctcae")):
        shown = page(hospital.haematologist, "rulebook:rule", kind, key)
        assert "from knowledge, not verified" in shown
        assert ("nobody signs for it here" in shown, "Sign for this figure" in shown) == (True, False)
    assert "IEC-HS prompt" in page(hospital.haematologist, "rulebook:rules", open="1")


def test_every_rule_that_is_fixed_names_a_section_that_the_reference_has():
    shown = [*fixed.published(), *fixed.fitness(), *fixed.before_apheresis(), *fixed.therapies()]
    keys = {key.strip() for one in shown for key in one.source.split(",")} - {"convention"}
    assert [key for key in sorted(keys) if not is_in_the_reference(key)] == []


def test_pages_say_source_mark_and_what_nobody_verified(hospital):
    shown = page(hospital.haematologist, "rulebook:product", "cilta-cel")
    for words in (
        "two VHH domains",
        "150 minutes",
        "daily for 14 days",
        "5 to 7 days after the first day",
        "4/cilta-cel",
    ):
        assert words in shown
    assert "not reimbursed" in shown
    rule = page(hospital.referrer, "rulebook:rule", "product", "axi-cel:thaw")
    assert "from knowledge, not verified" in rule
    assert "Sign for this figure" not in rule
    assert ('href="#section-4"' in rule, 'id="section-4"' in rule, "To be checked in" in rule) == (True, True, True)
    assert "rxreasoner EMA monographs (Yescarta" in rule
    address = reverse("rulebook:rule", args=["product", "cilta-cel:thaw"])
    assert (f'href="{address}#section-4"' in shown, "Carvykti 2022" in shown) == (True, True)
    assert "Sign for this figure" in page(hospital.haematologist, "rulebook:rule", "product", "axi-cel:thaw")
    open_ones = page(hospital.coordinator, "rulebook:rules", open="1")
    assert ("axi-cel · After thaw" in open_ones, "brexu-cel · After thaw" in open_ones) == (True, False)
    only = page(hospital.coordinator, "rulebook:rules", kind="washout")
    assert ("Bendamustine" in only, "CAR-HEMATOTOX" in only) == (True, False)


def test_a_signature_names_a_document_and_the_place_in_it(hospital):
    given = {"hub": hospital.hub, "by": hospital.haematologist, **THAW}
    for nothing in ("x", "         ", "SmPC 4.2"):
        assert refusal(actions.sign, where=nothing, **given) == [("say_where", "where")]
    address = reverse("rulebook:rule", args=["product", "axi-cel:thaw"])
    sent = send(browser(hospital.haematologist), address, where="SmPC")
    assert (sent.status_code, list(sent.context["form"].errors)) == (422, ["where"])
    assert Signature.objects.count() == 0


def test_evidence_is_filtered_and_given_as_a_file(hospital):
    shown = page(hospital.referrer, "rulebook:evidence", disease="MCL", line="first")
    assert ("TRIANGLE" in shown, "ECHO" in shown, "<b>ZUMA-2</b>" in shown) == (True, True, False)
    assert "No trial fits" in page(hospital.referrer, "rulebook:evidence", disease="MM", product="axi-cel")
    assert "Different trials do not compare." in shown
    rows = list(csv.DictReader(io.StringIO(page(hospital.referrer, "rulebook:evidence_csv"))))
    assert len(rows) == Figure.objects.count()
    (one,) = [row for row in rows if (row["trial"], row["endpoint"], row["arm"]) == ("ELOQUENT-3", "pfs", "EPd v Pd")]
    told = {name: one[name] for name in ("value", "low", "high", "p", "n_trial", "n_arm", "mark", "crs_scale")}
    assert told == {
        "value": "0.54",
        "low": "0.34",
        "high": "0.86",
        "p": "0.008",
        "n_trial": "117",
        "n_arm": "",
        "mark": "V",
        "crs_scale": "",
    }
    assert one["correction"].startswith("8.1 (1) ELOQUENT-3")
    some = csv.DictReader(io.StringIO(page(hospital.referrer, "rulebook:evidence_csv", product="obe-cel")))
    assert list(some) == []


def test_a_haematologist_signs_for_a_figure_at_the_own_hub_and_withdraws(hospital):
    product, hub = Product.objects.get(pk="axi-cel"), hospital.hub
    assert not signatures.fact_holds(product, "thaw", hub.pk)
    client = browser(hospital.haematologist)
    address = reverse("rulebook:rule", args=["product", "axi-cel:thaw"])
    assert "This field is required" in send(client, address, where="").content.decode()
    assert send(client, address, where="SmPC 6.3, 2026-10").status_code == 302
    (signed,) = Signature.objects.all()
    assert (signed.by, signed.where, signed.said) == (
        hospital.haematologist,
        "SmPC 6.3, 2026-10",
        product.label["thaw"],
    )
    assert signatures.fact_holds(product, "thaw", hub.pk)
    assert not signatures.fact_holds(product, "thaw", hospital.stranger.memberships.get().centre_id)
    assert refusal(actions.sign, hub=hub, where="again", by=hospital.second, **THAW) == [("signed_already", None)]
    assert "SmPC 6.3, 2026-10" in page(hospital.second, "rulebook:rule", "product", "axi-cel:thaw")
    product.label["thaw"]["minutes"] = 45
    assert not signatures.fact_holds(product, "thaw", hub.pk)  # another figure: nobody signed for it
    assert send(client, address, why="read the older label").status_code == 302
    signed.refresh_from_db()
    assert (signed.struck_by, signed.struck_why) == (hospital.haematologist, "read the older label")
    assert not signatures.fact_holds(Product.objects.get(pk="axi-cel"), "thaw", hub.pk)
    assert refusal(actions.withdraw, hub=hub, why="x", by=hospital.second, **THAW) == [("nothing_signed", None)]


def test_nobody_else_signs_and_what_is_verified_needs_no_signature(hospital):
    address = reverse("rulebook:rule", args=["product", "axi-cel:thaw"])
    for person in (hospital.coordinator, hospital.nurse, hospital.referrer, hospital.administrator):
        assert browser(person).post(address, {"where": "read"}).status_code == 403
    verified = reverse("rulebook:rule", args=["product", "brexu-cel:thaw"])
    assert browser(hospital.haematologist).post(verified, {"where": "read"}).status_code == 403
    given = {"hub": hospital.hub, "kind": "product", "key": "brexu-cel:thaw", "where": "x", "by": hospital.second}
    assert refusal(actions.sign, **given) == [("nothing_to_sign", None)]
    assert refusal(actions.sign, hub=hospital.hub, where=" ", by=hospital.second, **THAW) == [("say_where", "where")]
    assert browser(hospital.haematologist).get(reverse("rulebook:rule", args=["product", "none"])).status_code == 404


def test_a_signature_ends_when_the_figure_it_was_given_for_changes(hospital):
    hub = hospital.hub
    first = actions.sign(hub=hub, kind="window", key="obe-cel", where="Aucatzyl SmPC 4.2", by=hospital.haematologist)
    with act(by="system:test", why="a new label"):
        Regimen.objects.filter(pk="obe-cel").update(most_days=5)
    rule = catalogue.find(hub, "window", "obe-cel")
    assert (rule.signed, rule.outdated, rule.unverified) == (False, True, True)
    actions.sign(hub=hub, kind="window", key="obe-cel", where="Aucatzyl SmPC 4.2, newer", by=hospital.second)
    first.refresh_from_db()
    assert (first.struck_why, signatures.window_holds(Regimen.objects.get(pk="obe-cel"), hub.pk)) == (
        "the figure changed",
        True,
    )


def test_a_window_stops_only_once_somebody_of_the_hub_signed_for_it(hospital):
    pathway, regimen = hospital.sent(1), Regimen.objects.get(pk="obe-cel")
    first, last = date(2026, 11, 2), date(2026, 11, 5)
    given = {"pathway": pathway, "regimen": regimen, "first": first, "last": last, "reason": ""}
    outside, inside = date(2026, 11, 12), date(2026, 11, 7)
    for day in (outside, inside):  # 2 to 4 days [K]: it only warns
        lymphodepletion._must_fit_the_window(infusion_on=day, **given)
    actions.sign(hub=hospital.hub, kind="window", key="obe-cel", where="Aucatzyl SmPC 4.2", by=hospital.haematologist)
    lymphodepletion._must_fit_the_window(infusion_on=inside, **given)
    lymphodepletion._must_fit_the_window(infusion_on=outside, **(given | {"reason": "fever"}))
    stops = refusal(lymphodepletion._must_fit_the_window, infusion_on=outside, **given)
    assert stops == [("window_needs_reason", "window_reason")]


def test_a_changed_window_names_whose_planned_infusion_falls_elsewhere_in_it(hospital):
    pathway, today = hospital.sent(1, "Verdi", "Ugo"), clock.today(hospital.hub.timezone)
    with act(by=hospital.coordinator, why="test"):
        plan = LymphodepletionPlan.objects.create(
            pathway=pathway, regimen_id="liso-cel", starts_on=today, infusion_on=today + timedelta(days=9)
        )
        for number in range(3):
            LymphodepletionDay.objects.create(plan=plan, day=today + timedelta(days=number), doses=[])
    regimen = Regimen.objects.get(pk="liso-cel")
    assert effects.of_regimen(regimen, [pathway]) == []  # never changed: 2 to 7 days, planned on the 7th
    with act(by="system:test", why="a new label"):
        Regimen.objects.filter(pk="liso-cel").update(best_days=5, most_days=5)
    regimen.refresh_from_db()
    (effect,) = effects.of_regimen(regimen, [pathway])
    assert (effect.pathway, effect.before, effect.now) == (pathway, str(PLACED["ok"]), str(PLACED["too_late"]))
    assert effects.of_regimen(regimen, []) == []
    assert "Verdi" in page(hospital.haematologist, "rulebook:rule", "window", "liso-cel")


def test_a_changed_indication_names_the_open_pathways_whose_result_changes(hospital):
    pathway = taken_on_course(hospital)
    record(hospital, pathway, relapse=date(2026, 9, 1))  # inside both clocks: second line
    row = Indication.objects.get(pk="eu-axi-cel-lbcl-2l")
    assert effects.changed_at(Indication, row.pk) is None
    assert "whose result changed" not in page(hospital.haematologist, "rulebook:rule", "indication", row.pk)
    with act(by="system:test", why="a new label"):
        Indication.objects.filter(pk=row.pk).update(subtypes=["HGBL"])
    told = effects.open_pathways(hospital.haematologist, hospital.hub)
    with translation.override("en"):
        (effect,) = effects.of_indication(row, told)
    assert (effect.pathway, effect.before, effect.now) == (
        pathway,
        "In the indication · EU: axi-cel, liso-cel · IT: axi-cel, liso-cel",
        "In the indication · EU: liso-cel · IT: axi-cel, liso-cel",
    )
    assert effects.between(rules_now(), rules_now(), "LBCL", told) == []
    assert effects.between(reference_data.indications(), rules_now(), "MM", told) == []
    name = pathway.patient.display_name
    shown = {one: name in page(one, "rulebook:rule", "indication", row.pk) for one in (hospital.haematologist,)}
    for person in (hospital.administrator, hospital.nurse, hospital.stranger):
        shown[person] = name in page(person, "rulebook:rule", "indication", row.pk)
    assert list(shown.values()) == [True, False, False, False]
    versions = page(hospital.haematologist, "rulebook:rule", "indication", row.pk)
    assert ("DLBCL, HGBL, tFL, THRLBCL; after 1 prior line" in versions, "HGBL; after 1 prior line" in versions) == (
        True,
        True,
    )


# ── looser than the reference: two haematologists ────────────────────────────────────────────────────────────────────


def test_a_looser_threshold_needs_a_second_haematologist_of_the_hub(hospital):
    def change(version, by=hospital.haematologist, second=None, **values):
        return toxicity.set_protocol(centre=hospital.hub, by=by, version=version, second=second, **values)

    looser = {"version": 0, "heart_rate_over": 130}
    assert refusal(change, **looser) == [("needs_a_second", "second_email")]
    assert refusal(change, by=hospital.coordinator, second=hospital.second, **looser) == [
        ("looser_needs_haematologist", None)
    ]
    for nobody in (hospital.haematologist, hospital.coordinator, hospital.stranger):
        assert refusal(change, second=nobody, **looser) == [("second_is_another_haematologist", "second_email")]
    row = change(second=hospital.second, **looser)
    assert (row.heart_rate_over, row.by, row.second_by) == (130, hospital.haematologist, hospital.second)
    row = change(1, by=hospital.coordinator, hours_between_ice=8)  # stricter: one is enough, the two stay
    assert (row.by, row.second_by) == (hospital.coordinator, hospital.second)
    row = change(2, by=hospital.second, heart_rate_over=125)  # less loose than what two agreed to
    assert (row.by, row.second_by) == (hospital.second, hospital.coordinator)
    row = change(3, by=hospital.coordinator, heart_rate_over=110)
    assert (row.by, row.second_by) == (hospital.coordinator, None)


def test_the_second_one_proves_it_by_password_on_the_same_form(hospital):
    client = browser(hospital.haematologist)
    address = reverse("toxicity:protocol", args=[hospital.hub.pk])
    start = WatchProtocol.objects.get(centre=None)
    names = ("heart_rate_over", "systolic_below_percent", "systolic_hint_below_mmhg", "hours_between_sets")
    names += ("hours_between_sets_when_graded", "hours_between_ice")
    typed = {name: getattr(start, name) for name in names} | {"temp_over_c": "38.0"}
    assert "a second haematologist agrees here" in send(client, address, **typed).content.decode()
    wrong = {"second_email": hospital.second.email, "second_password": "wrong"}
    assert "do not belong together" in send(client, address, **typed, **wrong).content.decode()
    right = wrong | {"second_password": network.PASSWORD}
    assert send(client, address, **typed, **right).status_code == 302
    row = WatchProtocol.objects.get(centre=hospital.hub)
    assert (str(row.temp_over_c), row.by, row.second_by) == ("38.0", hospital.haematologist, hospital.second)


def test_the_labels_daily_assessment_is_a_haematologists_to_change_and_two_loosen_it(hospital):
    start = ScheduleTemplate.objects.get(hub=None, rule="assess_daily", product="cilta-cel")
    client, address = (
        browser(hospital.haematologist),
        reverse("reminders:change_schedule", args=[hospital.hub.pk, start.pk]),
    )
    coordinator = browser(hospital.coordinator)
    assert coordinator.get(address).status_code == 403
    assert (
        "A haematologist of the hub changes it."
        in coordinator.get(reverse("reminders:hub_schedule", args=[hospital.hub.pk])).content.decode()
    )
    of = {"hub": hospital.hub, "template": start, "version": start.version}
    alone = refusal(reminders.change_schedule, by=hospital.coordinator, until_day=20, **of)
    assert alone == [("assessment_is_a_haematologists", None)]
    assert refusal(reminders.change_schedule, by=hospital.haematologist, days=6, **of) == [
        ("needs_a_second", "second_email")
    ]
    typed = {"days": "6", "until_day": "5", "after_0": "0", "who_0": "owner", "why": "our ward"}
    assert "Not before the first day." in send(client, address, **typed).content.decode()
    typed["until_day"] = "14"
    first = send(client, address, **typed)
    typed["confirm"] = first.context["confirm"]
    assert "second_password" in first.content.decode()
    assert "a second haematologist agrees here" in send(client, address, **typed).content.decode()
    wrong = {"second_email": hospital.second.email, "second_password": "wrong"}
    refused = send(client, address, **typed, **wrong)
    assert ("do not belong together" in refused.content.decode(), "confirm" in refused.context) == (True, True)
    assert ScheduleTemplate.objects.filter(hub=hospital.hub).count() == 0
    assert send(client, address, **typed, **wrong | {"second_password": network.PASSWORD}).status_code == 302
    row = ScheduleTemplate.objects.get(hub=hospital.hub)
    assert (row.days, row.until_day, row.by, row.second_by) == (6, 14, hospital.haematologist, hospital.second)
    hospital.infused(1, "Neri", "Ada")  # axi-cel, whose own row a hub's row for every product replaces
    everybodys = ScheduleTemplate.objects.get(hub=None, rule="assess_daily", product=None)
    moving = preview(hospital.haematologist, hospital.hub, everybodys, {"until_day": 6})
    assert [(one.reminder.subject, one.to) for one in moving] == [("day 7", None)]
    assert preview(hospital.haematologist, hospital.hub, start, {"until_day": 6}) == []


def test_a_hub_has_its_own_wash_out_and_a_shorter_one_needs_two(hospital):
    def change(by=hospital.haematologist, second=None, **length):
        given = {"days": 0, "months": 0} | length
        return actions.set_washout(hub=hospital.hub, code="imid", why="protocol", by=by, second=second, **given)

    assert refusal(change, days=3) == [("needs_a_second", "second_email")]
    assert refusal(change, days=3, months=1) == [("days_or_months", "months")]
    row = change(days=3, second=hospital.second)
    assert (row.days, row.by, row.second_by) == (3, hospital.haematologist, hospital.second)
    assert (lengths(hospital.hub.pk)["imid"].days, lengths(None)["imid"].days) == (3, 7)
    assert change(by=hospital.coordinator, days=14).second_by is None
    assert change(by=hospital.coordinator, days=7) is None  # everybody's again
    assert (lengths(hospital.hub.pk)["imid"].days, lengths(hospital.hub.pk)["imid"].source) == (7, "4")
    address = reverse("rulebook:rule", args=["washout", "imid"]) + "?own=1"
    sent = send(browser(hospital.coordinator), address, days="0", months="2", why="our protocol")
    assert sent.status_code == 302
    assert lengths(hospital.hub.pk)["imid"].months == 2
    actions.sign(hub=hospital.hub, kind="washout", key="btki", where="protocol 3", by=hospital.haematologist)
    assert (lengths(hospital.hub.pk)["btki"].tag, lengths(None)["btki"].tag) == ("V", "K")
    shown = page(hospital.coordinator, "rulebook:rule", "washout", "imid")
    assert ("2 months" in shown, "our protocol" in shown) == (True, True)


def versions_of(hub, kind: str, key: str) -> list[tuple[str, str, bool]]:
    with translation.override("en"):
        told = history.versions(catalogue.find(hub, kind, key), hub)
    return [(one.text, one.by, one.own) for one in told]


def test_a_hubs_own_row_carries_no_mark_of_the_reference_and_goes_back_to_it_without_losing_a_version(hospital):
    hub, by = hospital.hub, hospital.haematologist
    start = ("7 days", "data of the installation", False)
    assert versions_of(hub, "washout", "imid") == [start]
    actions.set_washout(hub=hub, code="imid", days=14, months=0, why="protocol", by=by)
    own = ("14 days", str(by), True)
    assert versions_of(hub, "washout", "imid") == [own, start]
    rule = catalogue.find(hub, "washout", "imid")
    assert (rule.own, rule.tag, rule.source, rule.by, rule.since) == (
        True,
        "",
        "4",
        str(by),
        WashoutLength.objects.get(hub=hub).at,
    )
    with translation.override("en"):
        assert source_words(lengths(hub.pk)["imid"].source) == "this hub’s own, in place of reference 4"
    shown = page(by, "rulebook:rules", kind="washout")
    assert f"{by}, {WashoutLength.objects.get(hub=hub).at:%d/%m/%Y}" in shown
    assert shown.count("in place of reference 4") == 1
    address = reverse("rulebook:rule", args=["washout", "imid"])
    client = browser(hospital.coordinator)
    assert 'name="back"' in client.get(address).content.decode()
    typed = {"days": "14", "months": "0", "why": "the reference again", "back": "on"}
    assert send(client, address, **typed).status_code == 302
    assert versions_of(hub, "washout", "imid") == [
        ("back to the reference", str(hospital.coordinator), True),
        own,
        start,
    ]
    assert (catalogue.find(hub, "washout", "imid").own, lengths(hub.pk)["imid"].tag) == (False, "K")
    given = {"hub": hub, "kind": "washout", "code": "imid", "why": "again", "by": by}
    assert refusal(actions.back_to_reference, **given) == [("reference_stands", "back")]
    actions.set_washout(hub=hub, code="imid", days=21, months=0, why="protocol", by=by)
    assert [text for text, _by, _own in versions_of(hub, "washout", "imid")] == [
        "21 days",
        "back to the reference",
        "14 days",
        "7 days",
    ]
    toxicity.set_protocol(centre=hub, by=by, version=0, heart_rate_over=110)
    assert versions_of(hub, "protocol", "heart_rate_over") == [
        ("110 /min", str(by), True),
        ("120 /min", "data of the installation", False),
    ]
    line = AdviceLine.objects.get(code="crs-1-ebmt")
    advice.switch(hub=hub, on=True, guidelines=["ebmt"], why="protocol", by=by)
    advice.edit(hub=hub, line=line, text="Consider cultures", why="protocol", by=by)
    assert [(own, by) for _text, by, own in versions_of(hub, "advice", line.code)] == [
        (True, str(by)),
        (False, "data of the installation"),
    ]
    rule = catalogue.find(hub, "advice", "crs-2-asco")
    assert (rule.own, rule.tag, catalogue.find(hub, "advice", line.code).tag) == (False, "V", "")


def test_no_advice_row_is_marked_by_more_than_its_weakest_part():
    marked = dict(AdviceLine.objects.filter(guideline="ebmt").values_list("code", "tag"))
    assert set(marked.values()) == {""}  # the papers state tocilizumab alone [S4]; the rest was read at second hand


def test_a_changed_threshold_names_of_whose_last_set_the_doctor_is_told_otherwise(hospital):
    warm = hospital.infused(1, "Neri", "Ada")
    calm = hospital.infused(2, "Bianchi", "Lea")
    bedside.assess(warm, hospital.nurse, bedside.CALM | {"temp_c": Decimal("37.4")}, hours=2)
    bedside.assess(calm, hospital.nurse, bedside.CALM, hours=2)
    row = toxicity.set_protocol(centre=hospital.hub, by=hospital.haematologist, version=0, temp_over_c=Decimal("37.2"))
    with translation.override("en"):
        (effect,) = effects.of_protocol(row, hospital.haematologist)
    assert (effect.pathway, effect.before, effect.now) == (
        warm,
        "nothing to tell",
        "Temperature 37.4 °C, above 37.2.",
    )
    assert effects.of_protocol(row, hospital.referrer) == []
    assert "above 37.2" in page(hospital.haematologist, "rulebook:rule", "protocol", "temp_over_c")


def test_a_hub_has_its_own_prophylaxis_and_one_that_stops_sooner_needs_two(hospital):
    start = Prophylaxis.objects.get(hub=None, code="herpes")

    def change(by=hospital.haematologist, second=None, **given):
        said = {"text": "Consider aciclovir", "months": 12, "cd4_over": Decimal("0.2"), "why": "protocol"} | given
        return actions.set_prophylaxis(hub=hospital.hub, code="herpes", by=by, second=second, **said)

    assert refusal(change, text="Give aciclovir") == [("advice_gives_no_orders", "text")]
    for sooner in ({"months": 6}, {"months": None}, {"cd4_over": None}, {"cd4_over": Decimal("0.1")}):
        assert refusal(change, **sooner) == [("needs_a_second", "second_email")]
    assert change(months=6, second=hospital.second).second_by == hospital.second
    row = change(by=hospital.coordinator, months=9)
    assert (row.months, row.second_by, row.by) == (9, hospital.second, hospital.coordinator)
    assert change(by=hospital.coordinator, months=18).second_by is None
    shown = page(hospital.referrer, "rulebook:rule", "prophylaxis", "herpes")
    assert ("At least 18 months from the start." in shown, "this hub’s own" in shown) == (True, True)
    address = reverse("rulebook:rule", args=["prophylaxis", "herpes"])
    typed = {"text": start.text_en, "months": "12", "cd4_over": "0.2", "why": "back"}
    assert send(browser(hospital.coordinator), address, **typed).status_code == 302
    own = Prophylaxis.objects.get(hub=hospital.hub)
    assert (own.back, own.tag, catalogue.find(hospital.hub, "prophylaxis", "herpes").own) == (True, "", False)


def test_a_changed_wash_out_names_whose_planned_apheresis_is_short_by_other_days(hospital):
    pathway = hospital.sent(1, "Verdi", "Ugo")
    today = clock.today(hospital.hub.timezone)
    with act(by=hospital.coordinator, why="test"):
        plan_milestone(pathway=pathway, what="apheresis", on=today + timedelta(days=1), by=hospital.coordinator)
        row = Medicine(patient=pathway.patient, centre=hospital.spoke, name="Lenalidomide", washout="imid")
        row.last_dose = PartialDate.on(today - timedelta(days=4))
        row.recorded_at, row.recorded_by = clock.now(), hospital.coordinator
        row.save()
    for days in (5, 14):  # kept with 5 days, short by 9 with 14; before, by the reference's 7, short by 2
        actions.set_washout(
            hub=hospital.hub,
            code="imid",
            days=days,
            months=0,
            why="protocol",
            by=hospital.haematologist,
            second=hospital.second,
        )
        told = effects.open_pathways(hospital.haematologist, hospital.hub)
        with translation.override("en"):
            found = effects.of_washout(hospital.hub, "imid", told)
        expected = {5: ("short by 2 days", "kept"), 14: ("kept", "short by 9 days")}[days]
        assert [(one.pathway, one.before, one.now) for one in found] == [(pathway, *expected)]
    with translation.override("en"):
        assert effects.of_washout(hospital.hub, "btki", told) == []
    assert "short by 9 days" in page(hospital.haematologist, "rulebook:rule", "washout", "imid")


def test_two_signatures_of_one_figure_cannot_stand(hospital):
    from django.db import IntegrityError, transaction

    first = actions.sign(hub=hospital.hub, where="SmPC 6.3 of 2026", by=hospital.haematologist, **THAW)
    with act(by=hospital.second, why="test"), pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            hub=hospital.hub, rule=first.rule, said={}, where="x", at=clock.now() + timedelta(1), by=hospital.second
        )
