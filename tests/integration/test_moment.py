"""One moment: all figures of a bulletin are counted as of one instant, and writers are not kept waiting."""

import pytest
from django.db import connection

from yichuang.accounts.models import User
from yichuang.reporting.bulletins.moment import one_moment


@pytest.mark.django_db(transaction=True)
def test_questions_of_one_moment_share_one_snapshot_and_it_ends() -> None:
    with one_moment():
        assert User.objects.count() == 0
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SHOW transaction_isolation")
                assert cursor.fetchone() == ("repeatable read",)
            else:
                assert connection.connection.in_transaction
    assert not connection.in_atomic_block
    if connection.vendor == "sqlite":
        assert not connection.connection.in_transaction
    User.objects.create(username="afterwards")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_within_a_transaction_that_is_under_way_the_moment_is_its_own() -> None:
    User.objects.create(username="within")
    with one_moment():
        assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_fault_inside_ends_the_moment_too() -> None:
    with pytest.raises(RuntimeError, match="stop"), one_moment():
        raise RuntimeError("stop")
    User.objects.create(username="afterwards")
    assert User.objects.count() == 1
