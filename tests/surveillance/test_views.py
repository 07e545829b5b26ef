"""A watch in the browser's terms: what is typed and refused, what is filled in, what a hub reads of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.clinical.days import PartialDate
from patients.disease.models import TherapyLine
from patients.pathway.models import Pathway
from patients.referral.models import Referral
from patients.surveillance import rules
from patients.surveillance.models import Watch
from tests.referral.asking import post, token
from tests.surveillance import watching

pytestmark = pytest.mark.prepared(by=watching.hospitals)

FIRST_LINE = {
    "fiscal_code": watching.person().fiscal_code,
    "treating": "on",
    "family_name": "Sala",
    "given_name": "Ivana",
    "started": "16/02/2026",
    "subtype": "PMBCL",
    "regimen": "DA-EPOCH-R",
    "planned_cycles": "6",
    "days_between_cycles": "21",
    "every_months": "3",
}


def page(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_what_is_missing_or_cannot_be_is_said_beside_its_field_and_stays_typed(client, net):
    client.force_login(net.referrer)
    url = reverse("surveillance:register", args=["first_line"])
    answer = post(client, url, **FIRST_LINE | {"started": "02/03/2026", "planned_cycles": "13", "subtype": ""})
    assert answer.status_code == 422
    assert {*answer.context["form"].errors} == {"started", "planned_cycles", "subtype"}
    assert 'value="DA-EPOCH-R"' in page(answer)
    assert post(client, url, **FIRST_LINE).status_code == 302
    looked_up = client.post(reverse("referral:code"), {"fiscal_code": FIRST_LINE["fiscal_code"]})
    assert reverse("surveillance:watch", args=[Watch.objects.get().pk]) in page(looked_up)
    again = post(client, url, **FIRST_LINE)
    assert [*again.context["form"].errors] == ["fiscal_code"]
    assert Watch.objects.count() == 1


def test_a_partial_response_is_one_click_from_a_filled_ask_that_the_hub_then_reads(client, net):
    watch = watching.first_line(net, started=14, last_dose=PartialDate.on(watching.ago(net, 10)))
    client.force_login(net.referrer)
    url = reverse("surveillance:record", args=[watch.pk, "eot_pet"])
    refused = post(client, url, on="28/02/2026", outcome="PMR", deauville="2", note="")
    assert [*refused.context["form"].errors] == ["deauville"]
    post(client, url, on="28/02/2026", outcome="PMR", deauville="4", note="")
    ask = reverse("referral:from_watch", args=[watch.pk])
    assert ask in page(client.get(reverse("surveillance:watch", args=[watch.pk])))

    form = client.get(ask).context["form"]
    filled = {name: form[name].value() for name in ("disease", "status", "lines", "family_name", "fiscal_code", "hub")}
    assert filled == {
        "disease": "lbcl",
        "status": "refractory",
        "lines": "1",
        "family_name": "Sala",
        "fiscal_code": watch.patient.fiscal_code,
        "hub": str(net.hub.pk),
    }
    typed = filled | {"given_name": "Ivana", "treating": "on", "ecog": "1", "needed_within_days": "14"}
    answer = post(client, ask, **typed, referrer_phone="055 1", do="send")
    pathway = Pathway.objects.get()
    assert answer.url == reverse("referral:dossier", args=[pathway.pk])
    assert Referral.objects.get().sent_by == net.referrer
    assert Watch.objects.get().pathway == pathway
    assert TherapyLine.objects.get().deauville == 4
    assert client.get(ask).url == reverse("surveillance:watch", args=[watch.pk])

    client.force_login(net.coordinator)
    history = page(client.get(reverse("timeline:history", args=[pathway.pk])))
    assert "Linea di terapia" in history
    assert "Sorveglianza" not in history


def test_a_relapse_of_which_only_the_month_is_known_shows_both_clocks_and_the_day_that_decides(client, net):
    watch = watching.first_line(net, started=500, last_dose=PartialDate.parse("2025-02"))
    watching.saw(net, watch, rules.EOT_PET, "CMR", on=PartialDate.parse("2025-03-10"))
    watching.saw(net, watch, rules.VISIT, "relapse", on=PartialDate.parse("2026-02"))
    client.force_login(net.referrer)
    shown = client.get(reverse("surveillance:watch", args=[watch.pk])).context["told"]
    assert (shown.call.deciding, shown.window) == ("recidiva, ultima dose", "10/03/2026")
    assert "fino al" in shown.call.clocks


def preview(client, form, **more) -> list[str]:
    """What the indication still asks for, with the answers that a form is filled with."""
    typed = {name: form[name].value() for name in ("disease", "status", "lines", "fiscal_code", "birth_date")}
    answer = client.post(reverse("referral:preview"), {**{k: v for k, v in typed.items() if v}, **more})
    return [one.words for one in answer.context["indication"].missing]


def test_what_a_watch_knows_is_asked_neither_by_the_preview_nor_by_the_dossier_of_its_draft(client, net):
    watch = watching.first_line(net, started=500, last_dose=PartialDate.parse("2025-02-20"))
    watching.saw(net, watch, rules.EOT_PET, "CMR", on=PartialDate.parse("2025-03-10"))
    watching.saw(net, watch, rules.VISIT, "relapse", on=PartialDate.parse("2026-02-01"))
    client.force_login(net.referrer)
    page_ = client.get(reverse("referral:from_watch", args=[watch.pk]))
    form = page_.context["form"]
    assert f'<input type="hidden" name="watch" value="{watch.pk}">' in page(page_)
    assert preview(client, form) == [
        "il sottotipo di linfoma",
        "se la malattia nel SNC è attiva",
        "il giorno della recidiva",
        "il giorno della prima risposta completa",
        "il giorno dell’ultima dose di prima linea",
    ]
    assert preview(client, form, watch=watch.pk) == ["se la malattia nel SNC è attiva"]
    assert client.post(reverse("referral:preview"), {"watch": "x"}).status_code == 404
    typed = {name: form[name].value() for name in ("disease", "status", "lines", "family_name", "fiscal_code", "hub")}
    post(client, page_.request["PATH_INFO"], **typed, given_name="Ivana", treating="on", do="draft")
    draft = Pathway.objects.get()
    form = client.get(reverse("referral:draft", args=[draft.pk])).context["form"]
    assert preview(client, form, known_from=draft.pk) == ["se la malattia nel SNC è attiva"]
    # Not sent, the dossier of a draft reads the status that it says.
    shown = client.get(reverse("referral:dossier", args=[draft.pk])).context["indication"]
    assert (draft.referral.status, "recidiva entro 12 mesi" in shown.known) == ("relapse_within_12_months", True)


def test_the_list_names_who_is_late_first_page_by_page_and_a_hub_reads_numbers_alone(client, net, at, monkeypatch):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("surveillance:list"))
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    first = watching.first_line(net, "Sala", "Ivana", started=0)
    client.force_login(net.referrer)
    few = (asked(), asked())[1]
    second = watching.btki(net, "Riva", "Teodoro")
    third = watching.first_line(net, "Orsini", "Mauro", started=21)
    monkeypatch.setattr("patients.surveillance.views.PAGE_SIZE", 2)
    at("2026-04-15 09:00")
    client.force_login(net.referrer)
    assert (asked(), asked())[1] == few <= 10
    answer = client.get(reverse("surveillance:list"))
    assert [row.number for row in answer.context["rows"]] == [third.patient.number, second.patient.number]
    assert [row.due.text for row in answer.context["rows"]] == ["in ritardo di 4 giorni", "entro il 20/04/2026"]
    rest = client.get(reverse("surveillance:list") + f"?after={answer.context['more']}")
    assert [row.number for row in rest.context["rows"]] == [first.patient.number]

    searched = client.post(reverse("worklist:patients"), {"q": "orsini"}).context["watched"]
    assert [row.number for row in searched] == [third.patient.number]

    client.force_login(net.coordinator)
    assert client.post(reverse("worklist:patients"), {"q": "orsini"}).context["watched"] == []
    assert client.get(reverse("surveillance:list")).status_code == 403
    today = client.get(reverse("worklist:today"))
    assert today.context["watches"].late == 1
    assert "Orsini" not in page(today)


def test_a_reminder_of_a_watch_is_put_aside_by_its_doctor_and_not_there_for_the_hub(client, net, at):
    watch = watching.first_line(net, started=0)
    row = watch.reminders.get(rule="watch_interim_pet")
    client.force_login(net.coordinator)
    url = reverse("reminders:snooze", args=[row.pk])
    assert client.get(url).status_code == 404
    at("2026-04-28 09:00")
    client.force_login(net.referrer)
    listed = client.get(reverse("reminders:list") + "?list=centre")
    assert [(one.title, one.url) for one in listed.context["rows"]] == [
        ("PET interim", reverse("surveillance:watch", args=[watch.pk]))
    ]
    later = watching.ago(net, 0) + timedelta(days=3)
    assert post(client, url, until=f"{later:%d/%m/%Y}", reason="PET già prenotata").status_code == 302
    row.refresh_from_db()
    assert row.snooze_reason == "PET già prenotata"


def test_a_change_that_somebody_else_made_meanwhile_is_shown_and_nothing_is_lost(client, net):
    watch = watching.first_line(net)
    client.force_login(net.referrer)
    url = reverse("surveillance:record", args=[watch.pk, "plan"])
    key, opened = token(client, url), client.get(url)
    typed = {name: opened.context["form"][name].value() for name in opened.context["form"].fields}
    typed = {name: value for name, value in typed.items() if value is not None} | {"planned_cycles": "8"}
    typed["started"] = "31/12/2025"
    watching.saw(net, watch, rules.INTERIM_PET, "CMR")
    assert client.post(url, {"token": key, **typed}).status_code == 302
    assert Watch.objects.get().planned_cycles == 8
    stale = client.post(url, {"token": key, **typed | {"planned_cycles": "4"}})
    assert stale.status_code == 302  # the same form twice does its work once
    assert Watch.objects.get().planned_cycles == 8


@pytest.mark.parametrize(("reason", "field"), [("other", "note"), ("death", "died_on")])
def test_an_end_asks_what_its_reason_needs(client, net, reason, field):
    watch = watching.first_line(net)
    client.force_login(net.referrer)
    url = reverse("surveillance:record", args=[watch.pk, "end"])
    assert [*post(client, url, reason=reason, note="", died_on="").context["form"].errors] == [field]
    assert post(client, url, reason=reason, note="altrove", died_on="28/02/2026").status_code == 302
    assert Watch.objects.get().end_reason == reason
