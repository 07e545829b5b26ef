"""Every page, measured in a real browser: nothing too small, cut, sideways or out of reach; axe finds nothing.

A page is measured at 360 and 1280 px and at 200 % zoom (640 px), by day and by night, in Italian and English. Who adds
a page adds its line to PAGES; an address that nobody lists fails.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.base import AXE_SCRIPT
from codicefiscale import codicefiscale
from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from pytest_django.live_server_helper import LiveServer

from patients.advice import actions as advice
from patients.apheresis import actions as apheresis
from patients.audit import clock
from patients.audit.actions import act
from patients.bridging import actions as bridging
from patients.capacity.actions import add_resource, next_free
from patients.centres import actions as centres
from patients.centres.models import Invitation
from patients.followup import actions as followup
from patients.followup.rules import Read
from patients.notices import outbox
from patients.notices.models import Notice
from patients.pathway import actions as pathway_actions
from patients.pathway import deaths
from patients.pathway.models import Pathway
from patients.referral import actions as referral
from patients.referral import rules
from patients.referral.actions import Answers, Person
from patients.reminders import actions as reminders
from patients.reminders.models import Reminder, ScheduleTemplate
from patients.templatetags.computed import RULES
from patients.toxicity import actions as toxicity
from tests import conftest, marks, network
from tests.course import Course
from tests.referral import asking
from tests.surveillance import watching
from tests.toxicity import bedside

MEASURES = (Path(__file__).parent / "measures.js").read_text(encoding="utf-8")
BEFORE_AXE = (Path(__file__).parent / "before_axe.js").read_text(encoding="utf-8")
PHONE, ZOOMED, DESK = 360, 640, 1280
WIDTHS = (PHONE, ZOOMED, DESK)
ALL_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DEPENDING = {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable"]}  # on width, on day and night
QUICKLY = {"resultTypes": ["violations"], "selectors": False, "preload": False, "iframes": False}  # no rule needs more
VIOLATIONS = """async (options) => {
    const found = await axe.run(document, options);
    return found.violations.map((rule) =>
        `axe ${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(", ")}`);
}"""


@dataclass
class Site(network.Network):
    """The network with a course in each state that pages look different in."""

    def __post_init__(self):
        super().__post_init__()
        self.made: dict[str, object] = {}
        self.doubly_known = network.person("double@hub.example", ("nurse", self.hub))
        TOTP.activate(self.doubly_known, generate_totp_secret())
        RecoveryCodes.activate(self.doubly_known)
        asked = self.asked("Parisi", "Anna")
        questioned = self.asked("Riva", "Teodoro")
        referral.ask_for_more(pathway=questioned, items={"other": "Istologia della recidiva"}, by=self.coordinator)
        eligible = self.asked("Ferri", "Nino")
        referral.take_on(pathway=eligible, by=self.coordinator)
        asking.eligible_course(self, eligible)
        taken_on = self.asked("Bruno", "Carla")
        referral.take_on(pathway=taken_on, by=self.coordinator)
        advised_against = self.asked("Greco", "Livia")
        referral.advise_against(
            pathway=advised_against,
            grounds=["not_in_indication", "age"],
            reason="Prima linea ancora in corso",
            instead="Completare R-CHOP e ripetere la PET",
            ask_again="Alla recidiva o se la PET di fine terapia non è negativa",
            by=self.coordinator,
        )
        held = self.sent(95, "Conti", "Ada")
        pathway_actions.hold(pathway=held, reason="Polmonite in corso", by=self.coordinator)
        dead = self.sent(97, "Moro", "Lia")
        deaths.record_death(patient=dead.patient, on=clock.today(self.hub.timezone), by=self.coordinator)
        deaths.ask_to_undo(patient=dead.patient, why="È morta un'omonima", by=self.coordinator)
        restaged = self.infused(96, "Serra", "Ivo", days_ago=40)
        done_on = restaged.day_0 + timedelta(days=30)
        read = Read(
            done_on,
            "indeterminate",
            "4",
            "reduced",
            False,
            False,
            "Biopsia attesa",
            settle_how="biopsy",
            settle_by=done_on + timedelta(days=14),
        )
        self.restaging = followup.restage(pathway=restaged, read=read, milestone="pet_30", by=self.haematologist)
        self.visit = followup.visit(
            pathway=restaged, done_on=done_on, where="hub", note="Sta bene, emocromo in ripresa", by=self.referrer
        )
        self._followed(restaged)
        self.pathways = {
            "advised_against": advised_against,
            "held": held,
            "dead": dead,
            "restaged": restaged,
            "draft": self.asked("Orsini", "Mauro", send=False),
            "asked": asked,
            "questioned": questioned,
            "taken_on": taken_on,
            "eligible": eligible,
            "infused": self.infused(93, "Donati", "Paolo"),
            "longest": self.infused(94, "Della Valle-Montecchiarugolo", "Maria Immacolata Bernardetta", days_ago=102),
        }
        pet_90 = ScheduleTemplate.objects.get(hub=None, rule="pet_90")
        reminders.change_schedule(hub=self.hub, template=pet_90, version=1, by=self.coordinator, days=100)
        outbox.post_mail(to="a@b.example", subject="s", body="b", key="1", by="system:accounts", centre=self.hub)
        infused = self.pathways["infused"]
        for hours, facts in ((30, bedside.CALM_AND_AWAKE), (6, bedside.FEVER), (2, bedside.HYPOTENSIVE)):
            self.assessment = bedside.assess(infused, self.nurse, facts, hours=hours)
        self.chair = add_resource(centre=self.hub, kind="apheresis_chair", name="Poltrona 1", by=self.coordinator)
        self._courses()

    def asked(self, family_name: str, given_name: str, *, send: bool = True) -> Pathway:
        """A referral by the room's own actions."""
        answers = Answers("lbcl", "refractory", 1, "2", 14, "347 555 0142", rules.QUESTIONS)
        code = codicefiscale.encode(family_name, given_name, "M", "14/03/1964", "Milano")
        person = Person(family_name, given_name, None, "M", code)
        pathway = referral.draft(by=self.referrer, centre=self.spoke, hub=self.hub, person=person, answers=answers)
        if send:
            referral.send(pathway=pathway, by=self.referrer)
        return pathway

    def of_centre(self, what: str) -> dict:
        """A row of the hub's administration, made when its page is asked for."""
        far = date(2040, 1, 1)
        make = {
            "role": lambda: self.nurse.memberships.get(),
            "day": lambda: centres.close_day(centre=self.hub, day=far, name="patrono", by=self.administrator),
            "absence": lambda: centres.record_absence(
                user=self.nurse, first_day=far, last_day=far, deputy=None, by=self.administrator
            ),
            "invitation": self.invitation,
        }
        if what not in self.made:
            self.made[what] = make[what]()
        return {"centre_id": self.hub.pk, "row_id": self.made[what].pk}

    def invitation(self) -> Invitation:
        with act(by=network.SYSTEM, why="test"):
            return Invitation.objects.create(
                email="new@hub.example",
                first_name="Nuova",
                last_name="Collega",
                centre=self.hub,
                role=self.nurse.memberships.get().role,
                key_hash="x",
                invited_at=clock.now(),
                expires_at=clock.now() + timedelta(days=7),
            )

    def _followed(self, pathway: Pathway) -> None:
        """A course of follow-up with something of each kind, offered to the referring centre."""
        on = pathway.day_0 + timedelta(days=31)
        values = {"haemoglobin": Decimal("9.8"), "anc": Decimal("1.1"), "igg": Decimal("3.2"), "cd4": Decimal("0.11")}
        followup.record_counts(pathway=pathway, on=on, values=values, by=self.haematologist)
        toxicity.record_other(
            pathway=pathway, what="infection", named="CMV, sangue", grade=2, started_on=on, by=self.haematologist
        )
        for kind, what, named in (
            ("prophylaxis", "aciclovir", ""),
            ("immunoglobulin", "intravenous", ""),
            ("vaccine", "influenza", ""),
            ("relapse", "by_pet", "linfonodi addominali"),
            ("treatment", "systemic", "glofitamab"),
        ):
            self.fact = followup.record_fact(
                pathway=pathway, kind=kind, what=what, named=named, started_on=on, by=self.haematologist
            )
        with act(by=network.SYSTEM, why="test"):
            pathway_actions.record_milestone(pathway=pathway, what="toxicity_closed", on=on, by=self.haematologist)
        followup.hand_over(pathway=pathway, from_on=on, note="Febbre: chiamare l'hub", by=self.haematologist)

    def of_treatment(self) -> dict:
        if "treatment" not in self.made:
            self.made["treatment"] = toxicity.treat(
                pathway=self.pathways["infused"],
                drug="dexamethasone",
                dose_mg=Decimal(10),
                route="iv",
                at=clock.now() - timedelta(hours=1),
                by=self.nurse,
            )
        return {"kind": "treatment", "row_id": self.made["treatment"].pk}

    def of_assessment(self) -> dict:
        return {"assessment_id": self.assessment.pk}

    def _courses(self) -> None:
        """One course at each door from the decision to day 0."""
        made = {}

        def course(state: str, number: int) -> Course:
            made[state] = Course(self, number=f"CP-{number:04d}", family="Prova", given=state.title())
            return made[state]

        course("decided", 21)
        booked = course("booked", 22)
        (start,) = next_free(self.chair, clock.now(), timedelta(hours=5), count=1)
        apheresis.book(
            pathway=booked.pathway, chair=self.chair, start=start, end=start + timedelta(hours=5), by=self.coordinator
        )
        bridging.record(
            pathway=booked.pathway,
            modality="polatuzumab",
            started_on=booked.ago(20),
            centre=self.spoke,
            by=self.referrer,
        )
        bridging.tell(pathway=booked.pathway, kind="infection", note="febbre da ieri", by=self.referrer)
        course("collected", 23).collected()
        course("shipped", 24).shipped()
        course("released", 25).released()
        course("out_of_specification", 26).released(out_of="vitalità 65%")
        course("received", 27).received()
        course("planned", 28).planned()
        course("depleted", 29).depleted()
        course("one_check", 30).thawed().check(self.nurse)
        course("two_checks", 31).checked()
        course("mismatch", 32).thawed().check(self.nurse, product="LOT-9999")
        course("given", 33).infused()
        self.pathways |= {state: one.pathway for state, one in made.items()}

    def of_reminder(self) -> dict:
        return {"reminder_id": Reminder.objects.get(pathway=self.pathways["longest"], rule="visit_100").pk}

    def of_notice(self) -> dict:
        return {"notice_id": Notice.objects.filter(user=self.coordinator).first().pk}

    def of_schedule(self, own: bool = False) -> dict:
        """A row of the schedule: everybody's, or one that the hub has made its own."""
        row = ScheduleTemplate.objects.filter(hub__isnull=not own, rule="pet_90" if own else "pet_30").first()
        return {"centre_id": self.hub.pk, "row_id": row.pk}


@dataclass(frozen=True)
class Page:
    """A page as somebody sees it. `who`: a person of the network, "" = nobody logged in. `state`: of the pathway.

    `args`: what the address needs beside a pathway, from the site.
    """

    url_name: str
    who: str = "coordinator"
    state: str = ""
    args: Callable[[Site], dict] | None = None
    status: int = 200
    query: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.url_name, self.state, self.who, self.query)))

    def address(self, site: Site) -> str:
        words = {"pathway_id": site.pathways[self.state].pk} if self.state else {}
        return reverse(self.url_name, kwargs=words | (self.args(site) if self.args else {})) + self.query


def advised(site: Site) -> dict:
    """From now on the hub shows its advice; a grade is confirmed, a weight and a dose are known."""
    if "advice" not in site.made:
        hub, by = site.hub, site.haematologist
        site.made["advice"] = advice.switch(hub=hub, on=True, guidelines=["ebmt", "nccn"], why="board", by=by)
        crs = site.assessment.grades.get(scale="crs")
        toxicity.confirm(grade=crs, value=3, by=by, version=crs.version, reason="seen at the bedside")
    return {}


PAGES = [
    Page("capacity:resources", who="administrator", args=lambda site: {"centre_id": site.hub.pk}),
    Page("capacity:use", who="administrator", args=lambda site: {"centre_id": site.hub.pk, "row_id": site.chair.pk}),
    Page("apheresis:book", state="decided"),
    Page("apheresis:book", state="booked"),
    Page("apheresis:give_back", state="booked"),
    Page("apheresis:prepare", state="booked"),
    Page("apheresis:repeat", state="collected"),
    Page("apheresis:record", state="booked"),
    Page("apheresis:record", state="collected"),
    Page("bridging:record", state="decided", who="referrer"),
    Page("bridging:record", state="booked", who="haematologist"),
    Page("bridging:tell", state="booked", who="referrer"),
    Page("bridging:look", state="booked"),
    Page("bridging:criteria", state="booked", who="haematologist"),
    Page(
        "bridging:course",
        state="booked",
        args=lambda site: {"course_id": site.pathways["booked"].bridging_courses.get().pk},
    ),
    Page("infusion:afterwards", state="depleted", who="haematologist"),
    Page("infusion:correct", state="given", who="haematologist", args=lambda site: {"number": 1}),
    Page("infusion:identity_thaw", state="depleted", who="nurse"),
    Page("infusion:identity_afterwards", state="depleted", who="haematologist"),
    Page("infusion:thaw", state="two_checks", who="nurse"),
    Page("infusion:identity", state="one_check", who="haematologist"),
    Page("infusion:identity", state="one_check", who="nurse"),
    Page("infusion:identity", state="two_checks", who="nurse"),
    Page("infusion:identity", state="mismatch", who="haematologist"),
    Page("infusion:incident", state="mismatch"),
    Page("infusion:incident", state="given"),
    Page("infusion:ready", state="depleted", who="haematologist"),
    Page("infusion:ready", state="two_checks", who="nurse"),
    Page("infusion:record", state="depleted", who="nurse"),
    Page("infusion:record", state="two_checks", who="nurse"),
    Page("infusion:record", state="given", who="haematologist"),
    Page("lymphodepletion:plan", state="released", who="haematologist"),
    Page("lymphodepletion:plan", state="received", who="haematologist"),
    Page("lymphodepletion:doses", state="planned", who="haematologist"),
    Page("lymphodepletion:omit", state="received", who="haematologist"),
    Page("lymphodepletion:plan", state="depleted", who="haematologist"),
    Page("lymphodepletion:record", state="received", who="nurse"),
    Page("lymphodepletion:record", state="planned", who="nurse"),
    Page("lymphodepletion:record", state="depleted", who="nurse"),
    Page("manufacturing:accept", state="out_of_specification", who="haematologist"),
    Page("manufacturing:receive", state="released", who="haematologist"),
    Page("manufacturing:receive", state="received", who="haematologist"),
    Page("manufacturing:receive", state="out_of_specification", who="haematologist"),
    Page("manufacturing:follow", state="shipped"),
    Page("manufacturing:correct", state="received"),
    Page("manufacturing:release", state="shipped"),
    Page("manufacturing:ship", state="collected"),
    Page("account_change_password"),
    Page("account_inactive", who=""),
    Page("account_login", who=""),
    Page("account_logout"),
    Page("account_reauthenticate"),
    Page("account_reset_password", who=""),
    Page("account_reset_password_done", who=""),
    Page("account_reset_password_from_key", who="", args=lambda site: {"uidb36": "1", "key": "spent-key"}),
    Page("account_reset_password_from_key_done", who=""),
    Page("centres:accept", who="", args=lambda site: {"key": "spent-key"}, status=410),
    Page("centres:centre", who="administrator", args=lambda site: {"centre_id": site.hub.pk}),
    Page("centres:close_day", who="administrator", args=lambda site: {"centre_id": site.hub.pk}),
    Page("centres:invite", who="administrator", args=lambda site: {"centre_id": site.hub.pk}),
    Page("centres:people", who="administrator"),
    Page("centres:record_absence", who="administrator", args=lambda site: {"centre_id": site.hub.pk}),
    Page("centres:settings", who="administrator", args=lambda site: {"centre_id": site.hub.pk}),
    Page("centres:centre", who="nurse", args=lambda site: {"centre_id": site.hub.pk}, status=403),
    Page("centres:end_absence", who="administrator", args=lambda site: site.of_centre("absence")),
    Page("centres:end_role", who="administrator", args=lambda site: site.of_centre("role")),
    Page("centres:reopen_day", who="administrator", args=lambda site: site.of_centre("day")),
    Page("centres:withdraw", who="administrator", args=lambda site: site.of_centre("invitation")),
    Page("components"),
    Page("mfa_activate_totp", who="haematologist"),
    Page("mfa_deactivate_totp", who="doubly_known"),
    Page("mfa_generate_recovery_codes", who="doubly_known"),
    Page("mfa_index"),
    Page("mfa_index", who="doubly_known"),
    Page("mfa_reauthenticate", who="doubly_known"),
    Page("mfa_view_recovery_codes", who="doubly_known"),
    Page("timeline:pathway", state="infused"),
    Page("timeline:pathway", state="longest", who="haematologist"),
    Page("timeline:pathway", state="asked"),
    Page("eligibility:decide", state="taken_on", who="haematologist"),
    Page("eligibility:indication", state="taken_on", who="haematologist"),
    Page("eligibility:second_line", who="referrer"),
    Page("eligibility:items", state="taken_on", args=lambda site: {"group": "fitness"}),
    Page("ordering:order", state="eligible"),
    Page("ordering:registry", state="eligible"),
    Page("followup:correct", state="restaged", args=lambda site: {"restaging_id": site.restaging.pk}),
    Page("followup:correct_visit", state="restaged", args=lambda site: {"visit_id": site.visit.pk}),
    Page("followup:course", state="infused"),
    Page("followup:course", state="restaged", who="referrer"),
    Page("followup:restage", state="infused", who="haematologist"),
    Page("followup:visit", state="infused", who="referrer"),
    Page("followup:add", state="infused", who="haematologist", args=lambda site: {"kind": "counts"}),
    Page("followup:amend", state="restaged", args=lambda site: {"kind": "treatment", "row_id": site.fact.pk}),
    Page("followup:hand_over", state="restaged", who="referrer"),
    Page("exchange:bring_in", args=lambda site: {"centre_id": site.hub.pk}),
    Page("exchange:many", args=lambda site: {"centre_id": site.hub.pk}),
    Page("pathway:close", state="eligible"),
    Page("pathway:death", state="eligible"),
    Page("pathway:transfer", state="eligible"),
    Page("pathway:correct", state="infused"),
    Page("pathway:measured", state="infused", who="nurse"),
    Page("pathway:death_undo", state="dead", who="haematologist"),
    Page("pathway:registry_death", state="dead"),
    Page("pathway:hold", state="eligible"),
    Page("pathway:resume", state="held"),
    Page("pathway:share", state="infused"),
    Page("surveillance:list", who="referrer"),
    Page("surveillance:register", who="referrer", args=lambda site: {"kind": "first_line"}),
    Page("surveillance:watch", who="referrer", args=lambda site: {"watch_id": watching.on(site, "relapsed").pk}),
    Page("surveillance:record", who="referrer", args=lambda site: {"watch_id": watching.on(site).pk, "what": "plan"}),
    Page("referral:again", state="advised_against", who="referrer"),
    Page("referral:answer", state="asked"),
    Page("referral:ask", who="referrer"),
    Page("referral:dossier", state="questioned"),
    Page("referral:dossier", state="advised_against", who="referrer"),
    Page("referral:draft", state="draft", who="referrer"),
    *(
        Page("referral:section", state="questioned", who="referrer", args=lambda site, kind=kind: {"kind": kind})
        for kind in rules.SECTIONS
    ),
    Page("referral:reply", state="questioned", who="referrer"),
    Page("reminders:list"),
    Page("reminders:list", query="?list=centre"),
    Page("reminders:list", query="?list=held"),
    Page("reminders:list", who="administrator"),
    Page("reminders:log", who="administrator"),
    Page("reminders:schedule"),
    Page("reminders:hub_schedule", args=lambda site: {"centre_id": site.hub.pk}),
    Page("reminders:promises", args=lambda site: {"centre_id": site.hub.pk}),
    Page("reminders:change_schedule", args=lambda site: site.of_schedule()),
    Page("reminders:restore_schedule", args=lambda site: site.of_schedule(own=True)),
    Page("reminders:acknowledge", args=lambda site: site.of_reminder()),
    Page("reminders:snooze", args=lambda site: site.of_reminder()),
    Page("reminders:hand_on", args=lambda site: site.of_reminder()),
    Page("reminders:done", args=lambda site: site.of_reminder()),
    Page("reminders:release", args=lambda site: site.of_reminder()),
    Page("reminders:drop", args=lambda site: site.of_reminder()),
    Page("reminders:notice_acknowledge", args=lambda site: site.of_notice()),
    Page("reminders:notice_snooze", args=lambda site: site.of_notice()),
    Page("timeline:summary", state="infused"),
    Page("timeline:summary", state="advised_against"),
    Page("timeline:history", state="infused"),
    Page("toxicity:assess", state="infused", who="nurse"),
    Page("toxicity:close", state="infused", who="haematologist"),
    Page("toxicity:confirm", state="infused", who="haematologist", args=lambda site: site.of_assessment()),
    Page("toxicity:correct", state="infused", who="nurse", args=lambda site: site.of_assessment()),
    Page("toxicity:strike", state="infused", who="nurse", args=lambda site: site.of_assessment()),
    Page("toxicity:discharge", state="infused", who="haematologist"),
    Page("toxicity:measure", state="infused", who="nurse"),
    Page("toxicity:mine", who="nurse"),
    Page("toxicity:protocol", who="haematologist", args=lambda site: {"centre_id": site.hub.pk}),
    Page("toxicity:sheet", state="infused", who="haematologist"),
    Page("rulebook:calculate", who="nurse", args=lambda site: {"kind": "icans"}),
    Page("rulebook:calculate", who="referrer", args=lambda site: {"kind": "ld-window"}),
    Page("rulebook:of_pathway", who="haematologist", state="infused", args=lambda site: {"kind": "ipi"}),
    Page("rulebook:evidence", who="referrer", query="?disease=MCL"),
    Page("rulebook:product", args=lambda site: {"code": "obe-cel"}),
    Page("rulebook:rule", who="haematologist", args=lambda site: {"kind": "product", "key": "axi-cel:thaw"}),
    Page("rulebook:rules", who="haematologist", query="?kind=window"),
    Page("toxicity:add", state="infused", who="nurse", args=lambda site: {"kind": "other"}),
    Page("toxicity:amend", state="infused", who="nurse", args=lambda site: site.of_treatment()),
    Page("toxicity:told", state="infused", who="nurse", args=lambda site: site.of_assessment()),
    Page("toxicity:treat", state="infused", who="nurse"),
    Page("advice:hub", who="haematologist", args=lambda site: {"centre_id": site.hub.pk}),
    Page("advice:pathway", state="infused", who="haematologist", args=advised),
    Page("worklist:board"),
    Page("worklist:help", args=lambda site: {"reader": "coordinator"}),
    Page("worklist:patients"),
    Page("worklist:today"),
    Page("worklist:today", who="referrer"),
    Page("worklist:today", who="administrator"),
]

NO_PATIENT = {"components"}  # shows how grades look; no rule computed them
MET: dict[str, set[str]] = {}  # the rules whose values each walked page showed
# Addresses that draw no page of their own, each with its reason.
NO_PAGE = {
    "healthz": "answers machines",
    "set_language": "POST only",
    "theme": "POST only",
    "account_set_password": "closed",
    "account_signup": "closed",
    "account_email": "closed",
    "account_email_verification_sent": "closed",
    "account_confirm_email": "closed",
    "account_confirm_login_code": "closed",
    "exchange:courses_csv": "a file",
    "followup:lugano": "a part of followup:restage",
    "referral:code": "a part of referral:ask",
    "referral:preview": "a part of referral:ask",
    "referral:from_watch": "referral:ask, filled in",
    "referral:rang": "POST only",
    "rulebook:evidence_csv": "a file",
    "toxicity:preview": "a part of toxicity:assess",
    "worklist:hat": "POST only",
    "mfa_authenticate": "needs a log-in under way: measured below",
    "mfa_download_recovery_codes": "a text file",
}


def every_address() -> set[str]:
    """The name of every address of the app, the reference-data administration left out."""
    found = set()

    def walk(patterns, space=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif isinstance(pattern, URLPattern) and pattern.name:
                found.add(f"{space}{pattern.name}")

    walk(get_resolver().url_patterns)
    return {name for name in found if not name.startswith("admin:")}


def test_every_address_is_measured_or_said_to_draw_no_page():
    listed = {page.url_name for page in PAGES} | set(NO_PAGE)
    assert every_address() - listed == set()
    assert listed - every_address() == set()


# ── one database, one server, one browser for all pages ──────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The network in a database of its own that all pages share; they only read."""
    with django_db_blocker.unblock():
        own = settings.DATABASES["default"]["NAME"]
        name = f"t_{int(time.time())}_pages_{own.rsplit('_', 1)[-1]}"
        conftest.clone(conftest.template_name(), name)
        conftest.point_to(name)
        yield Site()
        conftest.point_to(own)
        conftest.drop(name)


@pytest.fixture(scope="module")
def server(site):
    running = LiveServer("127.0.0.1")
    running._live_server_modified_settings.enable()
    yield running
    running._live_server_modified_settings.disable()
    running.stop()


class Visitor:
    """A browser tab of one person, in a language, that notes what the page complains about."""

    def __init__(self, browser, server, user, language: str):
        self.width = PHONE
        self.context = browser.new_context(viewport={"width": PHONE, "height": 900}, reduced_motion="reduce")
        cookies = {"django_language": language}
        if user is not None:
            cookies["sessionid"] = network.session_key(user)
        self.context.add_cookies([{"name": k, "value": v, "url": server.url} for k, v in cookies.items()])
        self.tab = self.context.new_page()
        self.complaints: list[str] = []
        self.tab.on("console", self._note)
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message) -> None:
        if message.type == "error" and "status of" not in message.text:
            self.complaints.append(message.text)

    def faults(self, axe: bool) -> list[str]:
        """Everything that is wrong with the page that the tab shows: by day at every width, by night on the phone."""
        found = [f"console: {words}" for words in self.complaints]
        self._turn("light")
        for width in WIDTHS if self.width == PHONE else reversed(WIDTHS):  # from where the page before left off
            self._widen(width)
            found += [f"{width} px: {fault}" for fault in self.tab.evaluate(MEASURES, width)]
        if axe:
            self._widen(DESK)
            self.tab.evaluate(AXE_SCRIPT)
            found += [f"{DESK} px light: {fault}" for fault in self._axe(ALL_RULES)]
            self._turn("dark")
            self._widen(PHONE)
            found += [f"{PHONE} px dark: {fault}" for fault in self._axe(DEPENDING)]
        return found

    def _turn(self, theme: str) -> None:
        self.tab.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)

    def _widen(self, width: int) -> None:
        if width != self.width:
            self.width = width
            self.tab.set_viewport_size({"width": width, "height": 900})

    def _axe(self, rules: dict) -> list[str]:
        self.tab.evaluate(BEFORE_AXE)
        return self.tab.evaluate(VIOLATIONS, {"runOnly": rules} | QUICKLY)


@pytest.fixture(scope="module")
def visitors(browser, server, site):
    """Tabs by person and language, opened once."""
    known: dict[tuple[str, str], Visitor] = {}

    def visitor(who: str, language: str) -> Visitor:
        if (who, language) not in known:
            known[who, language] = Visitor(browser, server, getattr(site, who) if who else None, language)
        known[who, language].complaints.clear()
        return known[who, language]

    yield visitor
    for one in known.values():
        one.context.close()


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page(page, site, server, visitors):
    faults = []
    for language in ("it", "en"):
        visitor = visitors(page.who, language)
        answer = visitor.tab.goto(server.url + page.address(site))
        assert answer.status == page.status
        assert visitor.tab.locator("html").get_attribute("lang") == language
        if language == "it" and page.url_name not in NO_PATIENT:
            faults += marks.faults(answer.text())
            MET[str(page)] = marks.rules_on(answer.text())
        faults += [f"{language} {fault}" for fault in visitor.faults(axe=language == "it")]
    cache.clear()
    assert "\n".join(faults) == ""


def test_every_rule_that_pages_name_stood_on_one_of_them(site, server, visitors):
    for page in PAGES:
        if page.url_name not in NO_PATIENT and str(page) not in MET:  # only some pages were measured: read the others
            answer = visitors(page.who, "it").context.request.get(server.url + page.address(site))
            assert answer.status == page.status
            MET[str(page)] = marks.rules_on(answer.text())
    assert sorted(set(RULES).difference(*MET.values())) == ["steroid", "washout"]  # drawn in their rooms' tests


def test_the_second_step_of_logging_in(site, server, browser):
    visitor = Visitor(browser, server, None, "it")
    visitor.tab.goto(f"{server.url}/account/login/")
    visitor.tab.get_by_label("Email").fill(site.doubly_known.email)
    visitor.tab.get_by_label("Password").fill(network.PASSWORD)
    visitor.tab.get_by_role("button", name="Accedi").click()
    assert visitor.tab.url == f"{server.url}/account/2fa/authenticate/"
    faults = visitor.faults(axe=True)
    visitor.context.close()
    assert "\n".join(faults) == ""


NONSENSE = {"fiscal_code": "QWERTY", "family_name": "Prova123", "given_name": "", "referrer_phone": "telefono"}
MARKED = """() => [...document.querySelectorAll("main .cp-error")].filter((error) => error.innerText.trim())
    .map((error) => [error.id.replace(/^id_|_error$/g, "") || error.closest("[id]").id, error.checkVisibility()])"""


@pytest.mark.parametrize(
    ("name", "args", "others"),
    [
        ("referral:ask", {}, "disease status lines ecog needed_within_days referrer_phone"),
        ("surveillance:register", {"kind": "first_line"}, "started subtype regimen planned_cycles days_between_cycles"),
    ],
)
def test_everything_that_a_refused_form_says_is_seen(name, args, others, server, visitors):
    tab, marked = visitors("referrer", "it").tab, ["fiscal_code", "family_name", *others.split()]
    tab.goto(server.url + reverse(name, kwargs=args))
    typed = {field: words for field, words in NONSENSE.items() if tab.locator(f'[name="{field}"]').count()}
    for field, words in typed.items():
        tab.fill(f'[name="{field}"]', words)
    with tab.expect_navigation():
        tab.click("#form button.btn-primary")
    assert tab.evaluate(MARKED) == [[field, True] for field in marked]
    assert {field: tab.input_value(f'[name="{field}"]') for field in typed} == typed
    with tab.expect_response("**/code/"):
        tab.fill('[name="fiscal_code"]', "RSNMRA64C14F205X")
        tab.press('[name="fiscal_code"]', "Tab")
    tab.wait_for_selector("#code-says > *")
    now = [field for field, seen in tab.evaluate(MARKED) if seen]
    assert now == ["code-says", *marked[1:]]
    cache.clear()


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "409.html", "429.html", "500.html"])
def test_a_page_of_trouble(template, site, server, visitors, rf):
    visitor = visitors("coordinator", "it")
    request = rf.get("/trouble/")
    request.user = site.coordinator
    with translation.override("it"):
        body = render_to_string(template, request=None if template == "500.html" else request)
    visitor.tab.route("**/trouble/", lambda route: route.fulfill(body=body, content_type="text/html"))
    visitor.tab.goto(f"{server.url}/trouble/")
    faults = visitor.faults(axe=True)
    visitor.tab.unroute("**/trouble/")
    assert "\n".join(faults) == ""


def test_a_page_that_is_not_there(server, visitors):
    visitor = visitors("coordinator", "it")
    assert visitor.tab.goto(f"{server.url}/pathways/nothing-here/").status == 404
    assert "\n".join(visitor.faults(axe=True)) == ""


BAD = """<!doctype html><html lang="it"><title>x</title><body style="margin:0">
<p style="font-size:11px">piccolo</p><div style="width:2000px">largo</div>
<div style="width:40px;overflow:hidden;white-space:nowrap"><span>una parola molto lunga</span></div>
<a href="#" style="display:inline-block;width:20px;height:20px">x</a>
<p style="color:#999;background:#fff">poco contrasto</p><img src="x"></body></html>"""


def test_the_measures_find_what_is_wrong(browser):
    tab = browser.new_page(viewport={"width": 360, "height": 600})
    tab.set_content(BAD)
    found = tab.evaluate(MEASURES, PHONE)
    tab_visitor = Visitor.__new__(Visitor)
    tab_visitor.tab = tab
    tab.evaluate(AXE_SCRIPT)
    axe = tab_visitor._axe(ALL_RULES)
    tab.close()
    assert [fault.split(":")[0].split(" of ")[0] for fault in found] == ["scrolls sideways", "text", "cut", "target"]
    assert [fault.split(":")[0] for fault in axe] == ["axe color-contrast", "axe image-alt"]
