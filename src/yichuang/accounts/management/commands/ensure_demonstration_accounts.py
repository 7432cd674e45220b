"""`ensure_demonstration_accounts`: creates the demonstration accounts and prints them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.commands import ensure_demonstration_accounts
from yichuang.kernel.refusal import Refusal


class Command(BaseCommand):
    """Creates what is missing; refuses where the demonstration is off."""

    help = "Create the demonstration accounts and print them (refused when YICHUANG_DEMONSTRATION is off)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and print."""
        try:
            accounts = ensure_demonstration_accounts(at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.explain(_)) from refusal
        for account in accounts:
            self.stdout.write(
                f"{account.username:<12}{account.password:<22}{_(account.role_title)}：{_(account.look_at)}"
            )
