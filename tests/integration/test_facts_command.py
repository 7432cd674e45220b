"""A calendar year published late changes deadlines: facts are folded anew, and the figures follow them."""

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, file, filing
from tests.factories.stories import china
from yichuang.cases.models import Facts
from yichuang.kernel.periods import Period
from yichuang.reporting import queries as reporting
from yichuang.reporting.commands import follow_ledger

__all__ = ["handmade_catalogue"]

# Synthetic: the notice for 2027 was not out when this was written.
NOTICE = """
name: china
title: 全国
years:
  - year: 2027
    published: true
    notices:
      - {number: 国办发明电〔2026〕X号, mark: K}
    days_off: [2027-02-05, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11, 2027-02-12]
    days_worked: [2027-02-14]
"""


@pytest.mark.usefixtures("handmade_catalogue")
@pytest.mark.django_db(transaction=True)
def test_a_year_published_late_changes_provisional_facts_and_the_figures_over_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = decided(on="2027-02-03", decided_on="2027-02-19")
    early = decided(on="2015-02-13", decided_on="2015-02-26")
    file([filing("late", late), filing("early", early)], now=china("2027-03-01"))
    follow_ledger()
    period = Period.parse("2027-02")
    facts = Facts.objects.get(received_on="2027-02-03")
    assert (facts.provisional, facts.used_days, facts.late_promised) == (True, 12, True)
    assert reporting.get_figures(period=period).sums.late == 1

    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2027.yaml").write_text(NOTICE, "utf-8")
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path))
    call_command("facts", "--provisional")

    facts.refresh_from_db()
    assert (facts.provisional, facts.used_days, facts.late_promised) == (False, 7, False)
    sums = reporting.get_figures(period=period).sums
    assert (sums.late, sums.on_time, sums.used_days) == (0, 1, 7)
    assert Facts.objects.get(received_on="2015-02-13").used_days == 5
