"""Tables of the small relations: what conditions ask about beside cases, filled anew by `relations.refresh`.

Their columns are those of `domain/relations.py`, which a test holds them to; nobody points at a row, so the key that
names it for ever is its only one.
"""

from django.db import models


class Stored(models.Model):
    """One row of a stored relation."""

    key = models.CharField(max_length=160, primary_key=True)

    class Meta:
        abstract = True
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class ChargedFee(Stored):
    """A fee that was asked for in a case, beside what the item lists."""

    number = models.CharField(max_length=64)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    item = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    amount_fen = models.BigIntegerField()
    on_list = models.BooleanField()
    over_list = models.BooleanField()
    paid = models.BooleanField()
    charged_wd = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_fees"


class ClosingMinute(Stored):
    """What one person closed within one minute; only minutes with more than one case."""

    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    decider = models.CharField(max_length=64)
    minute_s = models.BigIntegerField()
    closed_wd = models.IntegerField()
    cases = models.IntegerField()
    promised = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_closings"


class SharedFile(Stored):
    """One file that stands in more than one case."""

    digest = models.CharField(max_length=64)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    cases = models.IntegerField()
    applicants = models.IntegerField()
    first_wd = models.IntegerField()
    last_wd = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_files"


class ItemUse(Stored):
    """One item of one organisation: what the lists say of it and how much it is used."""

    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    department = models.CharField(max_length=24)
    item = models.CharField(max_length=40)
    listed = models.BooleanField()
    entered = models.BooleanField()
    entered_wd = models.IntegerField(null=True)
    cancelled = models.BooleanField()
    cancelled_wd = models.IntegerField(null=True)
    standing = models.BooleanField()
    kind = models.CharField(max_length=16)
    promised_amount = models.IntegerField(null=True)
    statutory_amount = models.IntegerField(null=True)
    same_unit = models.BooleanField()
    cases_all = models.IntegerField()
    cases_quarter = models.IntegerField()
    cases_after_cancel = models.IntegerField()
    last_case_wd = models.IntegerField(null=True)

    class Meta(Stored.Meta):
        db_table = "supervision_items"


class FeedbackCourse(Stored):
    """One work order, consultation or complaint against its deadlines."""

    number = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    opened_wd = models.IntegerField()
    due_wd = models.IntegerField()
    decided_wd = models.IntegerField(null=True)
    answered_wd = models.IntegerField(null=True)
    closed_wd = models.IntegerField(null=True)
    contacted = models.BooleanField()
    real_name = models.BooleanField()
    level = models.IntegerField(null=True)
    extended = models.BooleanField()

    class Meta(Stored.Meta):
        db_table = "supervision_feedback"


class Feed(Stored):
    """One source of reports: when it last reported, what waits, how complete it is."""

    source = models.CharField(max_length=64)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    expected = models.BooleanField()
    last_report_wd = models.IntegerField(null=True)
    silent_days = models.IntegerField()
    waiting = models.IntegerField()
    filed = models.IntegerField()
    incomplete_permille = models.IntegerField()
    system = models.CharField(max_length=12)
    failures = models.IntegerField()
    backlog = models.IntegerField()
    declared_permille = models.IntegerField(null=True)
    clock_ahead_minutes = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_feeds"


class NodeLink(Stored):
    """One other node: when it was last heard of, what lies between, its clock and its key."""

    node = models.CharField(max_length=64)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    neighbour = models.BooleanField()
    silent_minutes = models.IntegerField(null=True)
    backlog = models.IntegerField()
    waiting = models.IntegerField()
    refused = models.IntegerField()
    skew_minutes = models.IntegerField()
    complete_permille = models.IntegerField(null=True)
    key_days_left = models.IntegerField(null=True)
    conflicts = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_nodes"


class RegisterLine(Stored):
    """One entry of a department's own register beside the centre's cases."""

    register = models.CharField(max_length=64)
    entry = models.CharField(max_length=64)
    number = models.CharField(max_length=64)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    department = models.CharField(max_length=24)
    item = models.CharField(max_length=40)
    document_number = models.CharField(max_length=128)
    decided_wd = models.IntegerField()
    matched = models.BooleanField()
    outcome = models.CharField(max_length=12)
    verdict = models.CharField(max_length=12)
    probability_permille = models.IntegerField()
    centre_volume = models.IntegerField()
    decided_apart_days = models.IntegerField(null=True)
    published_wd = models.IntegerField(null=True)

    class Meta(Stored.Meta):
        db_table = "supervision_registers"


class NumberSeries(Stored):
    """One series of document numbers of a register, and its gaps."""

    register = models.CharField(max_length=64)
    prefix = models.CharField(max_length=128)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    present = models.IntegerField()
    missing = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_series"


class MonthVolume(Stored):
    """How much an item had in a month by its register and by the centre."""

    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    item = models.CharField(max_length=40)
    month = models.IntegerField()
    register_volume = models.IntegerField()
    centre_volume = models.IntegerField()
    ratio_permille = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_volumes"


class CaseResult(Stored):
    """One certificate of a case, and whether the register of its department has it."""

    number = models.CharField(max_length=64)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    department = models.CharField(max_length=24)
    item = models.CharField(max_length=40)
    certificate_number = models.CharField(max_length=128)
    decided_wd = models.IntegerField()
    in_register = models.BooleanField()

    class Meta(Stored.Meta):
        db_table = "supervision_results"


class CentreDay(Stored):
    """One day of a centre: how many visitors came by booking, how many cases came in."""

    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    centre = models.CharField(max_length=64)
    on_wd = models.IntegerField()
    served = models.IntegerField()
    cases = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_visits"


class CallbackAnswer(Stored):
    """One call-back: what the applicant said of the place, the day, the visits, the fees."""

    number = models.CharField(max_length=64)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    place_agrees = models.BooleanField(null=True)
    date_agrees = models.BooleanField(null=True)
    visits_agree = models.BooleanField(null=True)
    fees_agree = models.BooleanField(null=True)
    called_wd = models.IntegerField(null=True)
    drawn_wd = models.IntegerField()

    class Meta(Stored.Meta):
        db_table = "supervision_callbacks"
