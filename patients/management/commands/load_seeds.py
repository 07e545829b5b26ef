"""Loads the reference data of seeds/; run as often as one likes."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from patients.advice import seeds as advice_seeds
from patients.audit.actions import act
from patients.audit.seeding import SeedError
from patients.centres import seeds as centre_seeds
from patients.disease import seeds as disease_seeds
from patients.pathway import seeds as pathway_seeds
from patients.products import seeds as product_seeds
from patients.reminders import seeds as reminder_seeds
from patients.surveillance import seeds as surveillance_seeds
from patients.toxicity import seeds as toxicity_seeds

LOADERS = (
    centre_seeds.load,
    disease_seeds.check,
    product_seeds.load,
    product_seeds.load_terms,
    product_seeds.load_regimens,
    product_seeds.load_indications,
    product_seeds.load_evidence,
    product_seeds.load_reimbursements,
    product_seeds.load_washouts,
    product_seeds.load_prophylaxis,
    pathway_seeds.load,
    surveillance_seeds.load,
    toxicity_seeds.load,
    advice_seeds.load,
    reminder_seeds.load,
)


class Command(BaseCommand):
    help = "Load the reference data of seeds/ (idempotent)."

    def handle(self, *args, **options) -> None:
        folder = settings.BASE_DIR / "seeds"
        try:
            with act(by="system:seeds", why="seeds/"):
                for load in LOADERS:
                    count = load(folder)
                    self.stderr.write(f"{load.__module__.split('.')[1]}.{load.__name__}: {count}")
        except SeedError as error:
            raise CommandError(str(error)) from error
