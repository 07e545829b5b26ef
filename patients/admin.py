"""Contents page: reference data for superusers, only where CARPATH_ADMIN is on. No patient is ever here."""

from django.contrib.admin import AdminSite, ModelAdmin

from patients.audit.actions import act
from patients.centres.models import Centre, Role
from patients.pathway.models import Promise
from patients.products.models import Product
from patients.surveillance.models import WatchRule


class ReferenceSite(AdminSite):
    """The admin of an installation's reference data; a staff flag alone opens nothing."""

    site_header = site_title = "CARPath"

    def has_permission(self, request) -> bool:
        return request.user.is_active and request.user.is_superuser


class ReferenceAdmin(ModelAdmin):
    """Reference data changes like everything else: in one action, with its author. Nothing is deleted here."""

    def changeform_view(self, request, *args, **kwargs):
        with act(by=request.user, why="reference data"):
            return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        with act(by=request.user, why="reference data"):
            return super().changelist_view(request, *args, **kwargs)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


site = ReferenceSite(name="admin")
for model in (Centre, Role, Product, Promise, WatchRule):
    site.register(model, ReferenceAdmin)
