"""Contents page: every table, in pathway order."""
# ruff: noqa: F401, F403, I001

from patients.audit.models import *
from patients.centres.models import *
from patients.notices.models import *
from patients.identity.models import *
from patients.identity.chain import *
from patients.products.models import *
from patients.products.regimens import *
from patients.products.indications import Indication, Reimbursement
from patients.products.evidence import Correction, Figure, Trial
from patients.products.signatures import Signature
from patients.products.washouts import WashoutLength
from patients.products.prophylaxis import Prophylaxis
from patients.disease.models import Diagnosis, TherapyLine
from patients.observations.models import *
from patients.pathway.models import *
from patients.surveillance.models import *
from patients.referral.models import *
from patients.eligibility.models import *
from patients.ordering.models import *
from patients.capacity.models import *
from patients.apheresis.models import *
from patients.manufacturing.models import *
from patients.bridging.models import *
from patients.lymphodepletion.models import *
from patients.infusion.models import *
from patients.toxicity.models import *
from patients.followup.models import *
from patients.advice.models import AdviceEdit, AdviceLine, AdviceSwitch
from patients.reminders.models import *
