"""The words of a referral: what is asked, what the hub may ask for, what a refusal may rest on, why one is refused."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.disease.models import DrugClass, Status
from patients.disease.words import CLASSES, DISEASES, STATUSES
from patients.observations.words import MEASURED
from patients.observations.words import SEROLOGY as TESTS
from patients.referral import rules
from patients.referral.models import HubAnswer, Referral
from patients.surveillance import rules as watches
from patients.surveillance.actions import DISEASES as DISEASES_WATCHED
from patients.surveillance.words import PERSON_REFUSALS

UNKNOWN = ("unknown", _("Not known"))

STATUS_CHOICES = [*((code, STATUSES[code]) for code in Status.values), UNKNOWN]
LINES_CHOICES = [("1", "1"), ("2", "2"), ("3", "3"), ("4", _("4 or more")), UNKNOWN]
ECOG_CHOICES = [("0", "0"), ("1", "1"), ("2", "2"), (Referral.Ecog.THREE_OR_FOUR.value, "3–4"), UNKNOWN]
NEEDED_CHOICES = [("7", _("7 days")), ("14", _("14 days")), ("28", _("28 days"))]

ITEMS = {
    "histology": _("Histology report"),
    "lines": _("Lines of therapy with dates"),
    "pet": _("Last PET"),
    "bloods": _("Blood counts, LDH, CRP, ferritin"),
    "organ_function": _("Heart, lung, kidney and liver function"),
    "virology": _("HBV, HCV and HIV serology"),
    "comorbidity": _("Other illnesses and medicines"),
    "caregiver": _("Who lives with the patient"),
    "other": _("Something else"),
}

SECTIONS = {
    "person": _("Who the patient is"),
    "disease": _("Disease"),
    "lines": _("Lines of therapy"),
    "comorbidity": _("Other illnesses"),
    "measures": _("Blood values, height, weight"),
    "medicines": _("Allergies and medicines"),
    "serology": _("Serology"),
    "living": _("Home and people"),
    "information": _("Informed about the data"),
}

SYSTEMS = {
    "cardiovascular": _("Heart and vessels"),
    "respiratory": _("Lungs"),
    "renal": _("Kidneys"),
    "hepatic": _("Liver"),
    "infectious": _("Infections"),
}

DOSSIER_ITEMS = {
    "code": _("Fiscal code, STP or ENI"),
    "birth_date": _("Born on"),
    "sex": _("Sex"),
    "subtype": _("Subtype"),
    "diagnosed": _("Diagnosed"),
    "stage": _("Stage of the disease"),
    "bulky": _("Bulky"),
    "cns": _("Disease in the CNS"),
    "lines": _("Lines of therapy"),
    **SYSTEMS,
    **{code: MEASURED[code] for code in rules.MEASURES},
    "allergies": _("Allergies"),
    "medicines": _("Medicines"),
    **TESTS,
    "town": _("Town"),
    "within_two_hours": _("Within two hours of the hub"),
    "phone": _("Patient's phone"),
    "caregiver": _("Caregiver"),
    "language": _("Language"),
    "interpreter_needed": _("Interpreter needed"),
    "informed": _("Informed that data go to the hub"),
}

# The treatments of seeds/washouts.yaml, as a wash-out before apheresis names them.
WASHOUTS = {
    "systemic_steroid_over_5_mg_prednisone": _("Steroid above 5 mg of prednisone"),
    "cytotoxic_chemotherapy": _("Chemotherapy"),
    "short_acting_oral_chemotherapy": _("Short-acting oral chemotherapy"),
    "high_dose_chemotherapy": _("High-dose chemotherapy"),
    "intrathecal_chemotherapy": _("Intrathecal chemotherapy"),
    "radiotherapy": _("Radiotherapy"),
    "anti_cd20": CLASSES[DrugClass.ANTI_CD20],
    "checkpoint_inhibitor": _("Checkpoint inhibitor"),
    "imid": CLASSES[DrugClass.IMID],
    "btki": _("BTK inhibitor"),
    "g_csf_short": _("G-CSF, short-acting"),
    "g_csf_long": _("G-CSF, long-acting"),
    "peg_asparaginase": _("Peg-asparaginase"),
    "donor_lymphocytes": _("Donor lymphocytes"),
    "allogeneic_transplant": _("Allogeneic transplant"),
    "immunosuppression_after_transplant": _("Immunosuppression after transplant"),
    "alemtuzumab": "Alemtuzumab",
    "atg": _("Antithymocyte globulin"),
    "fludarabine_cladribine": _("Fludarabine or cladribine"),
    "bendamustine": CLASSES[DrugClass.BENDAMUSTINE],
    "anti_cd38": CLASSES[DrugClass.ANTI_CD38],
    "proteasome_inhibitor": CLASSES[DrugClass.PI],
    "mmf_calcineurin_jak_inhibitor": _("Mycophenolate, calcineurin or JAK inhibitor"),
}

HOW_INFORMED = {
    "spoken": _("Spoken"),
    "written": _("In writing"),
    "both": _("Both"),
}

INFORMATION = {"informed": _("Informed"), "withdrawn": _("Withdrawn")}

GROUNDS = {
    "not_in_indication": _("Not in indication"),
    "disease_not_relapsed": _("Not relapsed, not refractory"),
    "active_infection": _("Active infection"),
    "organ_function": _("Organ function"),
    "active_gvhd": _("Active GvHD"),
    "pregnancy": _("Pregnancy"),
    "fast_progression": _("Progression too fast"),
    "other_therapy_better": _("Another therapy is better now"),
    "patient_declines": _("The patient declines"),
    "comorbidity": _("Comorbidity"),
    "age": _("Age"),
    "other": _("Other reason"),
}

HUB_ANSWERS = {
    HubAnswer.Kind.TAKEN_ON: _("Taken on"),
    HubAnswer.Kind.MORE_ASKED: _("More asked for"),
    HubAnswer.Kind.ADVISED_AGAINST: _("Advised against"),
}

REFUSALS = {
    "already_sent": _("This referral was already sent."),
    "already_answered": _("This referral is already taken on."),
    "answer_this": _("Answer this too: “not known” is an answer."),
    **PERSON_REFUSALS,
    "ask_for_something": _("Tick at least one thing to ask for."),
    "say_what": _("Say what you need."),
    "patient_withdrew": _("The patient took back that data may go to the hub. Inform the patient again first."),
    "disease_is_decided_on": _("The hub has decided on this disease: another one is a new request."),
    "say_the_disease_first": _("Say first which disease it is."),
    "line_number_twice": _("Two lines have the number %(number)s."),
    "before_the_line_began": _("This lies before the line began."),
    "name_the_allergies": _("Name the allergies, separated by commas."),
    "result_needs_its_day": _("Write the day on which the blood was taken."),
    "implausible_limit": _("No laboratory has this upper limit: check it."),
    "not_yours_to_hide": _("Another centre recorded this: it cannot stay at yours alone."),
    "say_the_version": _("Write which version of the notice the patient got."),
    "answer_one": _("Answer at least one question."),
    "no_ground": _("Tick what the refusal rests on."),
    "age_or_comorbidity_alone": _(
        "Age and comorbidity alone never decide. Weigh benefit and risk, and tick what else the refusal rests on."
    ),
    "say_why": _("Write the reason: it goes to the referrer."),
    "say_instead": _("Write what to do instead: the referrer needs a way on."),
}


def answers_of(referral: Referral) -> dict:
    """The answers as tiles: a null that was said is "not known", one that was not said is empty."""

    def tile(name: str, value) -> str:
        if value is not None and value != "":
            return str(value)
        return "unknown" if name in referral.answered else ""

    told = {name: tile(name, getattr(referral, name)) for name in ("status", "lines", "ecog", "needed_within_days")}
    if "person" not in referral.answered:
        told["no_code"] = ""
    return told | {"disease": referral.pathway.disease or "", "referrer_phone": referral.referrer_phone}


def answers_of_watch(kind: str, told: watches.Asking) -> dict:
    """What a watch knows as tiles; what it does not know stays empty, for the doctor to say."""
    answers = {"disease": DISEASES_WATCHED[kind], "status": told.status, "lines": told.lines and str(told.lines)}
    return {name: value for name, value in answers.items() if value}


def told_facts(referral: Referral) -> list[tuple[str, str]]:
    """The answers in words, "not known" among them."""
    said = answers_of(referral)

    def shown(name: str, choices) -> str:
        return str(dict(choices).get(said[name], gettext("not said yet")))

    disease = referral.pathway.disease
    return [
        (gettext("Disease"), str(DISEASES[disease]) if disease else gettext("not said yet")),
        (gettext("Status"), shown("status", STATUS_CHOICES)),
        (gettext("Lines of therapy so far"), shown("lines", LINES_CHOICES)),
        (gettext("ECOG today"), shown("ecog", ECOG_CHOICES)),
        (gettext("Therapy needed within"), shown("needed_within_days", NEEDED_CHOICES)),
        (gettext("Referrer's phone"), said["referrer_phone"] or gettext("not said yet")),
    ]
