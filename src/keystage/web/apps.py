"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages of the service."""

    name = "keystage.web"
    label = "web"
    verbose_name = "Keystage pages"

    def ready(self) -> None:
        """Listen to what people do with their own accounts, and to changes of lists of pupils.

        Raises:
            ImproperlyConfigured: a setting names no scanner that can be asked.
        """
        from keystage.actions import scanning  # noqa: PLC0415  # settings are ready from here on
        from keystage.actions.gateway.standing import following  # noqa: PLC0415  # and models
        from keystage.web.sign_in import events  # noqa: PLC0415  # the same

        scanning.configured()
        events.listen()
        following.listen()
