"""Help for each reader, by task: what do I do when … One page per reader, in the words of the pages it speaks "
"of."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from patients.centres.models import User
from patients.identity.access import memberships


@dataclass(frozen=True)
class Task:
    """A question that a reader has, what to do, and the page where it is done (an address without a patient)."""

    question: str
    steps: tuple[str, ...]
    url_name: str = ""
    link: str = ""


@dataclass(frozen=True)
class Guide:
    """The help of one kind of reader."""

    title: str
    lead: str
    tasks: tuple[Task, ...]


COORDINATOR = Guide(
    _("Help for coordinators and haematologists of the hub"),
    _(
        "You keep every pathway moving. CARPath answers four questions: where the patient is, who has the ball, "
        "by when, what is missing."
    ),
    (
        Task(
            _("Where do I begin in the morning?"),
            (
                _(
                    "Open Today. The first column is what is late, the worst for the pathway on top; then what "
                    "falls due today by hour, what you wait for, and the new referrals."
                ),
                _("A blue ball is yours, a grey one another's, a red one late. Mine leaves only what waits for you."),
                _("The board shows everybody by stage, for all centres or one."),
            ),
            "worklist:today",
            _("Open Today"),
        ),
        Task(
            _("A referral has come in. What now?"),
            (
                _(
                    "Open it from the column New and answer by the promised hour: take on, ask for more, or "
                    "advise against."
                ),
                _(
                    "To ask for more, name each item: the ball goes to the referral centre, which sees exactly "
                    "what is missing."
                ),
                _(
                    "To advise against, write the reason and what to do instead, and when to ask again. Age alone"
                    " is no reason. The referrer reads it at once and may ask again."
                ),
            ),
        ),
        Task(
            _("How is eligibility decided?"),
            (
                _(
                    "Each item is yes, no or not known, with its date and source. Not known is an answer: it "
                    "excludes nobody, the board decides."
                ),
                _(
                    "Record the day of the board, who was present and the reason. An eligible patient gets a "
                    "product, and the order becomes the next step."
                ),
            ),
        ),
        Task(
            _("How do I book apheresis and the slot?"),
            (
                _(
                    "Record the maker's order; once the maker confirms the slot, its days plan collection, "
                    "shipment, release and infusion."
                ),
                _(
                    "Book the chair from the pathway. Two patients can never have the same chair at the same "
                    "hour; a booking that is given back frees it."
                ),
            ),
        ),
        Task(
            _("A date has changed"),
            (
                _(
                    "Correct it where it was recorded and write why. What is still open moves with it, reminders "
                    "too; what is done stays done."
                ),
                _("What would have been sent late is listed for you to release or drop. Nothing is sent by itself."),
            ),
            "reminders:list",
            _("Open the reminders"),
        ),
        Task(
            _("The product failed or is out of specification"),
            (
                _(
                    "Record it on the pathway's manufacturing page. A failed product leads back to ordering, or "
                    "out of the pathway."
                ),
                _(
                    "A product out of specification cannot be infused before its acceptance is signed: the "
                    "doctor's request, the maker's risk evaluation, the patient told."
                ),
            ),
        ),
        Task(
            _("The patient must wait, leaves, or dies"),
            (
                _(
                    "Put the pathway on hold with a reason and take it up again later. "
                    "Close it with a coded reason when the patient leaves, or hand it over to another hub."
                ),
                _(
                    "A death closes what is open and stops letters. One entered in error is undone by two people,"
                    " and what it closed comes back."
                ),
            ),
        ),
        Task(
            _("A patient is under way already"),
            (
                _(
                    "Bring them in from the list of patients at the stage where they stand, one by one or many from a "
                    "table. What you do not know stays unknown, a year is enough for a day, and nothing late is sent."
                ),
            ),
        ),
        Task(
            _("Something stands on the wrong patient, or is wrong"),
            (
                _(
                    "Strike it through with a reason: it stays readable in the history and counts nowhere. Then "
                    "enter it on the right patient."
                ),
                _("Nobody can delete. The history of a pathway says who changed what, when and why."),
            ),
        ),
        Task(
            _("How do I change what is promised and reminded?"),
            (
                _(
                    "The schedule says what falls due after an infusion and who is told; before you confirm, you "
                    "see which open reminders would move."
                ),
                _("The promises say how long each step may take. Open steps follow at once."),
            ),
            "reminders:schedule",
            _("Open the schedule"),
        ),
        Task(
            _("Who switches advice on, and changes its words?"),
            (
                _(
                    "A haematologist of the hub, under Ward, Advice: on or off, and whose rows for CRS and ICANS. "
                    "Each change asks why and stays in the log."
                ),
                _(
                    "The hub's own words stand beside the reference's and can be taken back. Off, none of it is shown; "
                    "grades are computed all the same."
                ),
            ),
        ),
        Task(
            _("Is a message enough when it is urgent?"),
            (
                _(
                    "No. An urgent notice shows the number to ring and goes on to the next person when nobody "
                    "takes it. Ring."
                ),
            ),
        ),
    ),
)

REFERRER = Guide(
    _("Help for referring haematologists"),
    _(
        "You ask early, the hub answers by a promised hour, and you see what happens to your patients until the "
        "follow-up is yours again."
    ),
    (
        Task(
            _("I have a patient who may need CAR-T"),
            (
                _(
                    "Ask early: eight answers from your phone, before any dossier. Not known is an answer. Age or"
                    " ECOG alone exclude nobody."
                ),
                _("Before you send you read by when the hub will answer. A draft is seen by your centre alone."),
            ),
            "referral:ask",
            _("Ask early"),
        ),
        Task(
            _("A patient begins the first line, or takes a BTK inhibitor"),
            (
                _(
                    "Register them under watch: CARPath asks for the interim PET, the end-of-treatment PET, the "
                    "visits or the response checks. Only your centre sees them; the hub reads how many there are."
                ),
                _(
                    "When a response falls short or the disease comes back, one click opens the referral, filled in. A "
                    "complete response of 12 months ends the watch by itself."
                ),
            ),
            "surveillance:list",
            _("Open the watch"),
        ),
        Task(
            _("What happens after I have sent it?"),
            (
                _(
                    "Your patient stands under Today with the next step, who does it and by when. Mails tell you "
                    "that something has changed, never a name."
                ),
                _(
                    "The pathway page draws planned and actual dates. The daily toxicity grid is shown to you "
                    "when the hub shares it."
                ),
            ),
            "worklist:today",
            _("Open my patients"),
        ),
        Task(
            _("The hub asks for more, or advises against"),
            (
                _(
                    "What is missing is listed item by item under Waiting for you: answer there. What you cannot "
                    "get, say so."
                ),
                _(
                    "An advice against comes with its reason, what to do instead, and when to ask again. You can "
                    "always ask again, or ring."
                ),
            ),
        ),
        Task(
            _("How do I fill in the dossier?"),
            (
                _(
                    "Section by section, in any order; each is saved when you save it. Write dates as you know "
                    "them: a year is enough, no day is invented."
                ),
                _("Record here whether the patient knows that data go to the hub, and what they wish to hide."),
            ),
        ),
        Task(
            _("The patient gets bridging therapy with us"),
            (
                _("Record its aim, regimen and dates under Bridging therapy. It is never counted as a line."),
                _(
                    "An infection, a progression or a new drug: tap its tile the same day. The hub sees it at "
                    "once as a step of its own."
                ),
            ),
        ),
        Task(
            _("CARPath says that this person is already known"),
            (
                _(
                    "At your own centre, open the pathway there. Elsewhere you are told only that a request "
                    "exists, and only after you confirm that you are treating this patient: the hub will ring "
                    "you."
                ),
            ),
        ),
        Task(
            _("The patient comes back to us after the infusion"),
            (
                _(
                    "When the hub hands over, confirm that you take the follow-up. Restaging, visits, infections "
                    "and vaccines are recorded under Follow-up; reminders tell what is due, to 15 years."
                ),
                _(
                    "Fever or confusion in the first weeks: ring the hub's haematologist on call. The number "
                    "stands on the summary to print."
                ),
            ),
        ),
        Task(
            _("The patient declines, moves away or dies"),
            (_("Close the pathway with its reason, or record the death: what is open is closed, and letters stop."),),
        ),
    ),
)

NURSE = Guide(
    _("Help for nurses"),
    _(
        "You write down what you see at the bedside. CARPath computes the grade from the published criteria; a "
        "person confirms it."
    ),
    (
        Task(
            _("How do I begin a round?"),
            (
                _(
                    "The ward lists your patients by next check, the most urgent first. Begin a set opens the "
                    "bedside card."
                ),
                _("The last value stands in grey beside each field and is never filled in: write what you measured."),
            ),
            "toxicity:mine",
            _("Open the ward"),
        ),
        Task(
            _("I could not ask or measure something"),
            (
                _(
                    "Leave it out or choose not known. It never counts as 0 or as normal; the grade then says "
                    "what it could still be."
                ),
                _(
                    "An ICE that is not finished is no ICE. When the patient cannot be woken, say so under "
                    "consciousness."
                ),
            ),
        ),
        Task(
            _("Who decides on the grade?"),
            (
                _(
                    "The grade is computed and shown with its grounds. Confirm it, or choose another and write "
                    "why: both are kept."
                ),
                _("When a fact is corrected afterwards, CARPath asks you to confirm again."),
            ),
        ),
        Task(
            _("When do I call the doctor?"),
            (
                _(
                    "Whenever you would without CARPath. Besides, a red note says when your hub's thresholds are "
                    "crossed; they lie below those of the grades."
                ),
                _(
                    "Ring the number that it shows, then write down whom you told and when. A message alone is "
                    "not enough."
                ),
            ),
        ),
        Task(
            _("A drug was given"),
            (
                _(
                    "Record tocilizumab or a steroid with dose, route and the true time. The card then counts "
                    "doses and hours since the last."
                ),
            ),
        ),
        Task(
            _("What does “To consider, to check” mean?"),
            (
                _(
                    "Where your hub shows it: what published sources say for the grade that you confirmed, with every "
                    "dose of tocilizumab and the earliest next time. It is no order: the doctor decides."
                ),
                _(
                    "Confirm the grade first, and weigh the patient: a weight older than 7 days gives no dose. Each "
                    "line says its source and how far it was verified."
                ),
            ),
        ),
        Task(
            _("How do we check identity at the bag?"),
            (
                _(
                    "Two different people, at thaw and at the bedside; each types or scans patient, bag and "
                    "collection. A mismatch stops the infusion and cannot be clicked away: ring the doctor."
                ),
            ),
        ),
        Task(
            _("I wrote something wrong, or on the wrong patient"),
            (
                _(
                    "Open the set from the toxicity sheet: correct it, or strike it through with a reason. It "
                    "counts nowhere any more and stays in the history."
                ),
            ),
        ),
        Task(
            _("The page has logged me out, or the network is gone"),
            (
                _(
                    "Log in again on the same page: what you typed comes back. The page says so once it is "
                    "safe at the centre."
                ),
                _(
                    "Without a network write on paper and enter it later with its true time; what is entered late"
                    " is marked so."
                ),
            ),
        ),
    ),
)

ADMINISTRATOR = Guide(
    _("Help for administrators of a centre"),
    _("You look after the people of your centre and its settings. You see no patient."),
    (
        Task(
            _("Somebody new begins"),
            (
                _(
                    "Invite them with their own e-mail address and one role. They choose a password and a second "
                    "factor; the invitation ends after its days."
                ),
                _(
                    "A second role is a second invitation to the same address. Give each person the least that "
                    "they need."
                ),
            ),
            "centres:people",
            _("Open people and settings"),
        ),
        Task(
            _("Somebody leaves or changes their work"),
            (
                _(
                    "End the role on the same day. What they have written stays with their name; what waited for "
                    "them waits for the others of the role."
                ),
            ),
        ),
        Task(
            _("Somebody is away"),
            (_("Record the days and who stands in: reminders and notices go there meanwhile."),),
        ),
        Task(
            _("The centre is closed on a day"),
            (
                _(
                    "Add the day. Promises in working days do not count it; a visit that falls on it is shown, "
                    "not moved."
                ),
            ),
        ),
        Task(
            _("Which numbers do the others see?"),
            (
                _(
                    "The telephone and the haematologist on call stand on every urgent notice and on the summary "
                    "to print: keep them right."
                ),
            ),
        ),
        Task(
            _("Chairs, beds and promises of a hub"),
            (
                _("Chairs and beds are what can be booked; taking one out of use names the bookings in its way."),
                _(
                    "The promises say how long each step may take and so what counts as late. Agree on them with "
                    "the coordinators."
                ),
            ),
        ),
        Task(
            _("Somebody has lost their second factor"),
            (
                _(
                    "They log in with one of their recovery codes, each of which works once, and set up a new "
                    "one. Without codes, the people who run the installation help; check in person who asks."
                ),
            ),
        ),
    ),
)

GUIDES = {"coordinator": COORDINATOR, "referrer": REFERRER, "nurse": NURSE, "administrator": ADMINISTRATOR}
NAMES = {
    "coordinator": _("Hub"),
    "referrer": _("Referring"),
    "nurse": _("Nurse"),
    "administrator": _("Administrator"),
}


def reader_of(user: User) -> str:
    """Which help a person opens first: that of the first of their roles."""
    for held in memberships(user):
        if "centre.manage" in held.role.permissions or "people.manage" in held.role.permissions:
            return "administrator"
        if "referring" in held.role.reads and held.centre.kind == "referral":
            return "referrer"
        return "coordinator" if "hub" in held.role.reads else "nurse"
    return "coordinator"
