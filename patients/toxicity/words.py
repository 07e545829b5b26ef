"""The words of facts, grounds, alerts and refusals of the bedside: what a rule's code means to a person."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from patients.audit import purpose
from patients.pathway import agreement
from patients.toxicity.models import Assessment, OtherToxicity, Treatment

SCALES = {"crs": "CRS", "icans": "ICANS"}

INTENDED_PURPOSE = purpose.INTENDED_PURPOSE

SETTINGS = {
    Assessment.Setting.INPATIENT: _("On the ward"),
    Assessment.Setting.DAY_HOSPITAL: _("Day hospital"),
    Assessment.Setting.OUTPATIENT: _("Outpatient clinic"),
    Assessment.Setting.HOME: _("At home"),
}

DEVICES = {
    "none": _("None"),
    "nasal_cannula": _("Nasal cannula"),
    "blow_by": _("Blow-by"),
    "high_flow_nasal_cannula": _("High-flow cannula"),
    "facemask": _("Face mask"),
    "venturi": _("Venturi mask"),
    "non_rebreather": _("Non-rebreather mask"),
    "reservoir_mask": _("Reservoir mask"),
    "cpap": _("CPAP"),
    "helmet_cpap": _("Helmet CPAP"),
    "bipap": _("BiPAP"),
    "niv": _("NIV"),
    "intubated_ventilated": _("Intubated, ventilated"),
    "ecmo": _("ECMO"),
}

VASOPRESSORS = {
    "noradrenaline": _("Noradrenaline"),
    "adrenaline": _("Adrenaline"),
    "vasopressin": _("Vasopressin"),
    "dopamine": _("Dopamine"),
    "phenylephrine": _("Phenylephrine"),
    "dobutamine": _("Dobutamine"),
}

CONSCIOUSNESS = {
    "alert": _("Alert"),
    "awakens_spontaneously": _("Drowsy, awakens spontaneously"),
    "awakens_to_voice": _("Awakens to voice"),
    "awakens_to_tactile": _("Awakens only to touch"),
    "unarousable_or_vigorous": _("Unarousable, or only by vigorous stimuli"),
}

SEIZURES = {
    "none": pgettext_lazy("seizure", "None"),
    "resolved": _("One, resolved rapidly"),
    "eeg_resolved": _("On the EEG only, resolved with treatment"),
    "timed": _("One, timed"),
    "repetitive_no_recovery": _("Repeated, without recovery in between"),
}

NEURO_SIGNS = {
    "none": _("None of these"),
    "deep_focal_weakness": _("Deep focal weakness"),
    "oedema_focal": _("Focal oedema on imaging"),
    "oedema_diffuse": _("Diffuse oedema on imaging"),
    "decorticate": _("Decorticate posture"),
    "decerebrate": _("Decerebrate posture"),
    "cn_vi_palsy": _("Palsy of cranial nerve VI"),
    "papilloedema": _("Papilloedema"),
    "cushing_triad": _("Cushing's triad"),
    "haemorrhage": _("Intracranial haemorrhage"),
}

WARNING_SIGNS = {
    "none": _("None of these"),
    "tremor": _("Tremor"),
    "myoclonus": _("Myoclonus"),
    "headache": _("Headache"),
    "hallucinations": _("Hallucinations"),
}

DRUGS = {
    Treatment.Drug.TOCILIZUMAB: _("Tocilizumab"),
    Treatment.Drug.SILTUXIMAB: _("Siltuximab"),
    Treatment.Drug.ANAKINRA: _("Anakinra"),
    Treatment.Drug.DEXAMETHASONE: _("Dexamethasone"),
    Treatment.Drug.METHYLPREDNISOLONE: _("Methylprednisolone"),
    Treatment.Drug.PREDNISONE: _("Prednisone"),
    Treatment.Drug.HYDROCORTISONE: _("Hydrocortisone"),
    Treatment.Drug.STEROID: _("Steroid"),
    Treatment.Drug.ANTIPYRETIC: _("Antipyretic"),
}

ROUTES = {
    Treatment.Route.IV: _("Intravenous"),
    Treatment.Route.SC: _("Subcutaneous"),
    Treatment.Route.ORAL: _("By mouth"),
}

OTHER_TOXICITIES = {
    OtherToxicity.What.PARKINSONISM: _("Parkinsonism"),
    OtherToxicity.What.CRANIAL_NERVE_PALSY: _("Cranial nerve palsy"),
    OtherToxicity.What.GUILLAIN_BARRE: _("Guillain-Barré syndrome"),
    OtherToxicity.What.ENTEROCOLITIS: _("Enterocolitis"),
    OtherToxicity.What.PERFORATION: _("Bowel perforation"),
    OtherToxicity.What.HAEMOPHAGOCYTOSIS: _("Haemophagocytosis"),
    OtherToxicity.What.PML: _("Progressive multifocal leukoencephalopathy"),
    OtherToxicity.What.INFECTION: _("Infection"),
    OtherToxicity.What.SECOND_MALIGNANCY: _("Second malignancy"),
    OtherToxicity.What.OTHER: _("Another one"),
}

FACTS = {
    "temp_c": _("temperature"),
    "fever_other_cause": _("another cause of the fever"),
    "fever_earlier_in_episode": _("fever earlier in this episode"),
    "antipyretic_or_anticytokine_or_steroid_given": _("antipyretic, anticytokine or steroid given"),
    "hypotension": _("hypotension"),
    "hypotension_other_cause": _("another cause of the hypotension"),
    "vasopressors": _("vasopressors"),
    "oxygen_device": _("oxygen"),
    "oxygen_flow_l_min": _("oxygen flow"),
    "oxygen_to_correct_hypoxia": _("whether the oxygen is for hypoxia"),
    "hypoxia_other_cause": _("another cause of the hypoxia"),
    "death_due_to_crs": _("death due to CRS"),
    "ice": _("ICE"),
    "consciousness": _("consciousness"),
    "consciousness_other_cause": _("sedation"),
    "seizure": _("seizures"),
    "seizure_minutes": _("minutes of seizure"),
    "motor": _("focal weakness"),
    "oedema": _("oedema on imaging"),
    "signs": _("signs of raised pressure"),
    "intracranial_haemorrhage": _("intracranial haemorrhage"),
    "death_due_to_icans": _("death due to ICANS"),
}

# Codes of patients/clinical/astct.py, of its neighbours and of rules.py, as sentences.
GROUNDS = {
    "death_due_to_crs": _("Death due to CRS."),
    "fever": _("Fever: %(temp_c)s °C, from %(fever_from_c)s °C on."),
    "no_fever": _("No fever now: %(temp_c)s °C."),
    "fever_other_cause": _("%(temp_c)s °C, attributed to another cause."),
    "fever_waived": _("Fever is no longer needed: it was there earlier and a drug that lowers it was given."),
    "resolved": _("Fever, hypotension and hypoxia have resolved."),
    "afebrile_untreated_needs_judgement": _(
        "Without fever now and untreated: the table gives no grade. A person must judge, now."
    ),
    "never_febrile_look_for_another_cause": _("Never febrile: look for sepsis or another cause, call the physician."),
    "no_hypotension": _("No hypotension."),
    "hypotension_without_vasopressor": _("Hypotension without vasopressors."),
    "one_vasopressor": _("One vasopressor, with or without vasopressin: %(vasopressors)s."),
    "several_vasopressors": _("Several vasopressors, vasopressin not counted: %(vasopressors)s."),
    "vasopressin_alone": _("Vasopressin alone counts as one vasopressor."),
    "hypotension_other_cause": _("Hypotension attributed to another cause."),
    "no_oxygen": _("No oxygen."),
    "oxygen_low_flow": _("Low-flow oxygen for hypoxia: %(device)s."),
    "oxygen_high_flow": _("High-flow oxygen or mask for hypoxia: %(device)s."),
    "positive_pressure": _("Positive pressure for hypoxia: %(device)s."),
    "oxygen_not_for_hypoxia": _("Oxygen not given to correct hypoxia: it does not count."),
    "hypoxia_other_cause": _("Hypoxia attributed to another cause."),
    "inotrope_counted_as_vasopressor": _(
        "%(vasopressors)s counts here; one for a cardiac cause should not be entered."
    ),
    "vasopressor_without_hypotension": _("A vasopressor is running although hypotension was answered no."),
    "flow_without_device": _("A flow was written without a device."),
    "alarm_hypotension": _("Hypotension, or a vasopressor is running."),
    "alarm_oxygen": _("Oxygen for hypoxia."),
    "unknown_facts": _("Not assessed: %(facts)s."),
    "unknown_without_influence": _("Not assessed, and without influence on this grade: %(facts)s."),
    "cannula_without_flow": _("A nasal cannula with a flow of 0: check the device and the flow."),
    "ice": _("ICE %(ice)s of 10."),
    "ice_zero_awake": _("ICE 0, but awake: grade 3."),
    "ice_cannot_be_performed": _("ICE cannot be performed: unarousable."),
    "ice_not_done": _("ICE not done."),
    "ice_unfinished": _("ICE unfinished: between %(from)s and %(to)s of 10."),
    "ice_item": _("ICE: %(points)s points."),
    "consciousness": _("Consciousness: %(consciousness)s."),
    "sedated_not_assessable": _("While sedated, consciousness and ICE cannot be assessed."),
    "seizure": _("Seizures: %(seizure)s."),
    "seizure_timed": _("Seizure of %(seizure_minutes)s minutes (prolonged: more than 5)."),
    "motor": _("Focal weakness: %(motor)s."),
    "oedema": _("Oedema on imaging: %(oedema)s."),
    "haemorrhage_excluded": _("With a haemorrhage, oedema does not count for ICANS."),
    "raised_pressure_signs": _("Signs of raised pressure: %(signs)s."),
    "haemorrhage_graded_by_ctcae": _("Intracranial haemorrhage: urgent, graded by CTCAE and not by ICANS."),
    "ice_contradicts_consciousness": _("ICE above 0 and unarousable contradict each other: check both."),
    "seizure_minutes_contradict": _("More than 5 minutes does not fit “resolved rapidly”: check both."),
    "death_due_to_icans": _("Death due to ICANS."),
    "under_12": _("Under 12 years ICE does not apply: ICANS cannot be assessed here."),
    "tell_temperature": _("Temperature %(temp_c)s °C, above %(over)s."),
    "tell_systolic": _("Systolic %(systolic)s, below %(limit)s (%(percent)s%% of the own baseline)."),
    "tell_systolic_absolute": _("Systolic %(systolic)s, below %(limit)s."),
    "tell_heart_rate": _("Heart rate %(heart_rate)s, above %(over)s."),
    "tell_new_oxygen": _("New oxygen: %(device)s."),
    "dose_by_weight": _("%(mg_per_kg)s mg/kg for %(weight_kg)s kg: %(mg)s mg."),
    "dose_capped": _("At most %(max_mg)s mg a dose."),
    "dose_rounded_half_up": _("Rounded to whole mg."),
    "doses_given": _("Doses on this pathway so far: %(count)s, at most %(max)s."),
    "hours_since_last_dose": _("Hours since the last dose: %(hours)s, at least %(min)s."),
    "doses_in_24h": _("Doses in the last 24 hours: %(count)s, at most %(max)s."),
    "possible_reasons": _("The time of an earlier dose is not known: it decides."),
}

# Values of grounds that are codes themselves.
VALUES = {
    "device": DEVICES,
    "consciousness": CONSCIOUSNESS,
    "seizure": SEIZURES,
    "motor": {"none": pgettext_lazy("weakness", "none"), "deep_focal_weakness": _("deep focal weakness")},
    "oedema": {
        "none": pgettext_lazy("oedema", "none"),
        "focal": pgettext_lazy("oedema", "focal"),
        "diffuse": pgettext_lazy("oedema", "diffuse"),
    },
    "signs": NEURO_SIGNS,
    "vasopressors": VASOPRESSORS,
    "facts": FACTS,
}

ONE_DECIMAL = frozenset({"temp_c", "fever_from_c"})  # degrees are always written with their decimal

NEXT_DOSE = {
    "max_4_total": _("Four doses were given: the label foresees no more."),
    "interval_lt_8h": _("Less than 8 hours since the last dose."),
    "max_3_in_24h": _("Three doses in the last 24 hours (NCCN and the US label)."),
}

STATUSES = {
    "known": "",
    "incomplete": _("Incomplete"),
    "needs_judgement": _("A person must judge"),
    "not_assessed": _("Not assessed"),
    "not_assessable": _("Cannot be assessed"),
}

REFUSALS = {
    **agreement.WORDS,
    "before_infusion": _("The infusion was on %(day)s: this lies before it."),
    "not_infused": _("No infusion is recorded: toxicity is assessed after it."),
    "nothing_assessed": _("Nothing was assessed: write at least one value, or go back."),
    "implausible": _("This cannot be: between %(least)s and %(most)s."),
    "impossible_value": _("This value cannot be: check it."),
    "diastolic_not_below": _("The diastolic pressure must be below the systolic."),
    "other_cause_in_words": _("Say which other cause explains it."),
    "flow_without_device": _("Choose the device that gives this flow."),
    "ice_done_and_not_done": _("Either some items were done, or ICE was not done: not both."),
    "reason_needed": _("Say why."),
    "name_needed": _("Say who was told."),
    "no_such_grade": _("There is no such grade."),
    "differing_grade_needs_reason": _("It differs from what the table says: say why."),
    "not_assessed_needs_reason": _("Nothing was assessed on this scale: say why you grade it."),
    "death_needs_haematologist": _("Death due to a toxicity is recorded by a haematologist of the hub."),
    "closing_needs_haematologist": _("With a grade still open, a haematologist of the hub closes the watch."),
    "dose_impossible": _("Write the dose in mg."),
    "weight_too_old": _("The last weight is older than 7 days, or was never taken: weigh the patient."),
    "watch_not_open": _("No toxicity watch is open."),
    "doctor_not_told": _("A set called for a doctor and nobody wrote down who was told: write it down first."),
    "grades_wait": _("Some grades wait to be confirmed: confirm them first."),
    "not_at_rest": _("CRS or ICANS is not known to be 0: assess again, or say why the watch ends."),
    "wrong_unit": _("This is measured in %(unit)s."),
    "in_the_future": _("This lies in the future: record it when it has happened."),
    "ends_before_start": _("The end cannot come before the start."),
    "name_the_toxicity": _("Say what it is."),
    "out_before_in": _("The way out comes after the way in."),
    "another_stay": _("Another stay in intensive care is recorded at that time: correct it."),
    "still_in_intensive_care": _("A stay in intensive care has no end yet: write it first."),
    "row_changed": _("This was corrected or struck meanwhile."),
}


def ground_words(ground: Mapping[str, Any]) -> str:
    """A kept ground as a sentence in the reader's language. Raises KeyError for a code without words."""
    values = {name: value_words(name, value) for name, value in ground["values"].items()}
    sentence = str(GROUNDS[ground["code"]]) % values
    return gettext("Possible: %(sentence)s") % {"sentence": sentence} if ground["values"].get("possible") else sentence


def value_words(name: str, value: Any) -> str:
    """One value of a ground: a code in words, a number as people of this language write it."""
    if isinstance(value, list | tuple):
        return ", ".join(value_words(name, one) for one in value) or gettext("none seen")
    if isinstance(value, str) and name in VALUES:
        return str(VALUES[name].get(value, value))
    if name in ONE_DECIMAL and value is not None:
        return number_format(Decimal(str(value)).quantize(Decimal("0.1")))
    if isinstance(value, Decimal | float):
        return number_format(round(value, 1))
    return gettext("none so far") if value is None else str(value)
