"""What seeds/products.yaml says, beside section 4 of the reference."""

import pytest

from patients.audit.actions import act
from patients.disease.models import Disease
from patients.products import seeds
from patients.products.models import Product

pytestmark = pytest.mark.django_db


def test_every_product_says_its_thaw_clock_as_the_reference_does():
    said = {
        product.code: (product.thaw_starts, product.thaw_minutes, product.is_verified("thaw_minutes"))
        for product in Product.objects.all()
    }
    assert said == {
        "axi-cel": ("complete_thaw", 30, False),
        "brexu-cel": ("complete_thaw", 30, True),
        "tisa-cel": ("room_temperature", 30, True),
        "liso-cel": ("removal_from_storage", 120, True),
        "ide-cel": ("start_of_thaw", 60, True),
        "cilta-cel": (None, 150, False),
        "obe-cel": (None, 60, False),
    }


def test_every_product_says_its_monitoring():
    said = {
        product.code: (product.monitoring_daily_days, product.monitoring_week_1_least, product.unverified)
        for product in Product.objects.all()
    }
    assert {code: row[:2] for code, row in said.items()} == {
        "axi-cel": (7, None),
        "brexu-cel": (7, None),
        "tisa-cel": (10, None),
        "liso-cel": (None, 2),
        "ide-cel": (10, None),
        "cilta-cel": (14, None),
        "obe-cel": (14, None),
    }
    verified = {code for code, row in said.items() if "monitoring_daily_days" not in row[2] and row[0] is not None}
    assert verified == {"axi-cel", "brexu-cel", "cilta-cel"}


def test_products_name_known_diseases():
    said = {product.code: set(product.diseases) for product in Product.objects.all()}
    assert said == {
        "axi-cel": {"lbcl", "fl"},
        "brexu-cel": {"mcl", "all"},
        "tisa-cel": {"all", "lbcl", "fl"},
        "liso-cel": {"lbcl", "fl", "mcl"},
        "ide-cel": {"mm"},
        "cilta-cel": {"mm"},
        "obe-cel": {"all"},
    }
    assert {disease for diseases in said.values() for disease in diseases} <= set(Disease.values)


def test_a_second_load_changes_nothing(settings):
    before = list(Product.objects.order_by("pk").values())
    with act(by="system:test", why="again"):
        seeds.load(settings.BASE_DIR / "seeds")
    assert list(Product.objects.order_by("pk").values()) == before
