"""The store as a Django application."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The tables of the service."""

    name = "keystage.store"
    label = "store"
    verbose_name = "Keystage"
    default_auto_field = "django.db.models.BigAutoField"
