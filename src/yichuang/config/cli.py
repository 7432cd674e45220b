"""The `yichuang` command: stands between the operator's shell and Django's management commands.

`yichuang <command> ...` runs a command of any context; `yichuang` alone lists them by context. A
refusal is one clear message on standard error and exit code 2; Ctrl-C ends quietly.
"""

import os
import sys
from collections import defaultdict

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

REFUSED = 2
INTERRUPTED = 130
DEFAULT_LANGUAGE = "zh-hans"

# What an operator of a Django site looks for; the rest stays reachable by name.
USEFUL_FROM_DJANGO = ("check", "createsuperuser", "dbshell", "migrate", "shell", "showmigrations")


class DatabaseNotReady(Refusal):
    """The database has no tables yet, or tables of an older release."""

    sentence = N_("数据库“{name}”还没有本版本的数据表")
    remedy = N_(
        "请先运行 make run（演示）或 yichuang migrate；如数据在别处，请设置 YICHUANG_VAR 或 YICHUANG_DATABASE_URL"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command that the arguments name, and return the process's exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")
    try:
        return _dispatch(arguments)
    except Refusal as refusal:
        print(_explain(refusal), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python must not complain again while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _dispatch(arguments: list[str]) -> int:
    import django  # here, so that a broken installation is reported by `main` as any other fault
    from django.core.management import ManagementUtility
    from django.utils import translation

    django.setup()
    from django.db import DatabaseError

    with translation.override(os.environ.get("YICHUANG_LANGUAGE", DEFAULT_LANGUAGE)):
        if not arguments or arguments in (["help"], ["--help"], ["-h"]):
            print(list_commands())
        else:
            try:
                ManagementUtility(["yichuang", *arguments]).execute()
            except DatabaseError as error:
                _require_tables(error)
                raise
    return 0


def _require_tables(error: Exception) -> None:
    """Raise DatabaseNotReady in place of an error about tables when migrations are waiting."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return  # away altogether: the first error says it best
    if waiting:
        raise DatabaseNotReady(name=str(connection.settings_dict["NAME"])) from error


def _explain(refusal: Refusal) -> str:
    from django.utils.translation import gettext, override

    with override(os.environ.get("YICHUANG_LANGUAGE", DEFAULT_LANGUAGE)):
        return refusal.explain(lambda text: gettext(text) if text else text)


def list_commands() -> str:
    """Return all commands of the platform, one a line with what it does, grouped by context."""
    from django.core.management import get_commands, load_command_class
    from django.utils.translation import gettext as _

    # A command that is already loaded stands there itself, not its application's name.
    ours = {n: app for n, app in get_commands().items() if isinstance(app, str) and app.startswith("yichuang.")}
    width = max(map(len, ours), default=0) + 2
    groups: dict[str, list[str]] = defaultdict(list)
    for name, app in ours.items():
        purpose = str(load_command_class(app, name).help).strip().split("\n")[0]
        groups[app.removeprefix("yichuang.")].append(f"  {name:<{width}}{purpose}")
    lines = [_("用法：yichuang <命令> [参数]；yichuang <命令> --help 查看参数")]
    for context in sorted(groups):
        lines += ["", context, *sorted(groups[context])]
    return "\n".join([*lines, "", "Django", "  " + "  ".join(USEFUL_FROM_DJANGO)])


if __name__ == "__main__":
    sys.exit(main())
