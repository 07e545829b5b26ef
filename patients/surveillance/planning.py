"""What follows from a watch's facts by itself: whether it goes on, and what is due next.

Runs after every change of a patient, before the reminders are planned, and at every tick for watches whose window is
over. A referral that was sent takes the watch's place; one that ends before CAR-T gives it back. A death ends it, and
its undoing brings it back.
"""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from patients.audit import clock
from patients.audit.actions import act
from patients.identity.changes import changed
from patients.notices import people
from patients.notices.actions import tell
from patients.pathway.models import Milestone, Pathway
from patients.surveillance import rules
from patients.surveillance.actions import asked, for_writing, found_of, tell_disease
from patients.surveillance.models import Watch

BY = "system:surveillance"
DOCTORS = "referral_haematologist"
DUE = ("due_what", "due_earliest", "due_latest", "window_earliest", "window_latest")
STANDING = ("state", "ended_on", "end_reason", "pathway_id")
ONE_DAY_AHEAD = timedelta(days=1)  # somewhere it may be tomorrow already


def plan_watches(patient_ids: list[UUID]) -> None:
    """Bring the watches of patients into line with what is known of them."""
    for watch in _whole(Watch.objects.filter(patient__in=patient_ids).exclude(end_reason__in=rules.SAID)):
        Following(watch).run()


def end_what_is_over() -> int:
    """End the watches whose window is over, and say so; returns how many. Beat calls it."""
    tomorrow = clock.today("UTC") + ONE_DAY_AHEAD
    over = Watch.objects.filter(state=Watch.State.OPEN, window_latest__lt=tomorrow)
    ended = 0
    for watch_id in list(over.order_by("patient").values_list("pk", flat=True)):
        with act(by=BY, why="the window of the watch is over"):
            watch = for_writing(watch_id)
            if watch.is_open and rules.ends_itself(found_of(watch), clock.today(watch.centre.timezone)):
                changed(patient=watch.patient, fact="watch_ended", by=BY)
                ended += 1
    return ended


def _whole(watches: QuerySet[Watch]) -> QuerySet[Watch]:
    # Nearly every patient has none, and a statement without joins finds that out sooner.
    return watches.prefetch_related("patient", "centre", "doctor", "pathway", "findings")


class Following:
    """One watch, as it stands against as it should."""

    def __init__(self, watch: Watch):
        self.watch = watch
        self.today = clock.today(watch.centre.timezone)
        self.before = {name: getattr(watch, name) for name in (*STANDING, *DUE)}

    def run(self) -> None:
        referral = self._referral()
        if referral is not None and referral.status in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD):
            self._answer_calls(referral)
            if self.watch.is_open:  # just sent, perhaps begun without opening the watch
                tell_disease(watch=self.watch, pathway=referral, by=BY)
        found = found_of(self.watch)
        self._stand(referral, found)
        self._plan(found)
        different = {name for name, was in self.before.items() if getattr(self.watch, name) != was}
        if different:
            self.watch.version += bool(different & set(STANDING))
            self.watch.save()
        self._say()

    def _referral(self) -> Pathway | None:
        """The newest referral that was sent since the watch began, however it was begun."""
        sent = Pathway.objects.live().filter(
            patient=self.watch.patient_id,
            referring_centre=self.watch.centre_id,
            created_at__gte=self.watch.registered_at,
            pk__in=Milestone.objects.happened().filter(what="referral_sent").values("pathway"),
        )
        return sent.order_by("-course").first()

    def _answer_calls(self, referral: Pathway) -> None:
        """What calls is answered by the referral."""
        calling = {call.found.key for call in rules.calls(found_of(self.watch))}
        for row in self.watch.findings.all():
            if row.pk in calling:
                row.pathway, row.version = referral, row.version + 1
                row.save(update_fields=["pathway", "version"])

    def _stand(self, referral: Pathway | None, found: list[rules.Found]) -> None:
        watch = self.watch
        if referral is not None:
            watch.pathway = referral
        if watch.patient.died_on is not None:
            self._end(rules.DEATH, watch.patient.died_on)
        elif referral is not None and referral.day_0 is not None:
            self._end(rules.TREATED, referral.day_0)
        elif referral is not None and referral.status != Pathway.Status.CLOSED:
            self._go_on(Watch.State.REFERRED)
        elif reason := rules.ends_itself(found, self.today):
            self._end(reason, watch.ended_on if watch.end_reason == reason else self.today)
        else:
            self._go_on(Watch.State.OPEN)

    def _end(self, reason: str, on: date) -> None:
        self.watch.state, self.watch.end_reason, self.watch.ended_on = Watch.State.ENDED, reason, on

    def _go_on(self, state: str) -> None:
        self.watch.state, self.watch.end_reason, self.watch.ended_on = state, None, None

    def _plan(self, found: list[rules.Found]) -> None:
        watch = self.watch
        due = rules.due(watch.course(asked()), found) if watch.is_open else []
        watch.due_what = due[0].what if due else ""
        watch.due = due[0].on if due else None
        watch.window = rules.window_end(found)

    def _say(self) -> None:
        """The centre's doctors hear of what nobody of them did: the end of the window, a referral that gave back."""
        was, now = self.before, self.watch
        if now.end_reason == rules.WINDOW_OVER and was["end_reason"] != rules.WINDOW_OVER:
            self._tell("watch_over", now.ended_on)
        elif was["state"] == Watch.State.REFERRED and now.state == Watch.State.OPEN:
            self._tell("watch_goes_on", self.today)

    def _tell(self, kind: str, on: date) -> None:
        watch = self.watch
        tell(
            kind=kind,
            key=f"{kind}:{watch.pk}:{on.isoformat()}",
            recipients=people.instead_of(watch.doctor, DOCTORS, watch.centre),
            centre=watch.centre,
            patient_id=watch.patient_id,
            about=watch.pk,
        )
