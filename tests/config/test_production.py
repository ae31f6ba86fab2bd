"""Production does not start where somebody could sign in as everybody can in the demo."""

from dataclasses import replace

import pytest
from django.conf import settings

from counterfoil.books.accounts.models import User
from counterfoil.config import production, serving
from counterfoil.config.failures import CannotRun
from tests.support.cast import Cast

SAFE = "a good deal of oak"


@pytest.fixture
def environment(tmp_path):
    return replace(settings.ENVIRONMENT, mode="production", data=tmp_path)


@pytest.fixture
def real_people(cast: Cast) -> Cast:
    """The cast, with addresses and passwords that are nobody else's business."""
    for user in User.objects.all():
        user.email = user.email.replace(".test", ".example")
        user.set_password(SAFE)
        user.save()
    return cast


def test_with_accounts_of_its_own_it_starts(environment, real_people):
    production.refuse_unsafe(environment)


def test_a_folder_of_demo_data_is_refused(environment, real_people):
    (environment.data / serving.MARK).touch()
    with pytest.raises(CannotRun, match="folder of demo data"):
        production.refuse_unsafe(environment)


def test_an_account_of_the_demo_is_refused_by_name(environment, real_people):
    User.objects.filter(id=real_people.ana.user_id).update(email="ana@harbour.test")
    with pytest.raises(CannotRun, match=r"ana@harbour\.test"):
        production.refuse_unsafe(environment)


def test_staff_with_the_password_of_the_demo_are_refused_by_name(environment, real_people):
    user = User.objects.get(id=real_people.olga.user_id)
    user.set_password(serving.PASSWORD)
    user.save()
    with pytest.raises(CannotRun, match=user.email):
        production.refuse_unsafe(environment)


def test_elsewhere_the_demo_is_welcome(environment, cast: Cast):
    production.refuse_unsafe(replace(environment, mode="demo"))
