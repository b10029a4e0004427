"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages of the service."""

    name = "keystage.web"
    label = "web"
    verbose_name = "Keystage pages"

    def ready(self) -> None:
        """Listen to what people do with their own accounts, and to changes of lists of pupils."""
        from keystage.actions.gateway.standing import following  # noqa: PLC0415  # models are ready from here on
        from keystage.web.sign_in import events  # noqa: PLC0415  # the same

        events.listen()
        following.listen()
