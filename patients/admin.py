"""Contents page: reference data for superusers, only where CARPATH_ADMIN is on."""
