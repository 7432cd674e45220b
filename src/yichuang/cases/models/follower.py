"""How far each follower has read the ledger."""

from django.db import models


class Follower(models.Model):
    """One follower's cursor (ADR 0002); a context that follows has no table of its own for it."""

    name = models.CharField(max_length=32, unique=True)
    transaction_id = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.transaction_id}/{self.position}"
