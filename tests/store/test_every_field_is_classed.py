"""Each field of each model says of whom it tells."""

import pytest
from django.apps import apps
from django.db import models

MODELS = list(apps.get_app_config("store").get_models())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_field_says_of_whom_it_tells(model: type[models.Model]) -> None:
    told = [
        name
        for group in ("pupil", "person", "neither")
        for name in getattr(vars(model)["Told"], group, ())
    ]
    fields = {field.name for field in model._meta.get_fields() if field.concrete} - {"id"}

    assert sorted(told) == sorted(set(told)), "a field is classed twice"
    assert set(told) - {"id"} == fields
