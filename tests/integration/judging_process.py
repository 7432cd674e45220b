"""A process that judges: reads `serial county` from its input, writes what is found, and says its id and the moment.

Run as `python -m tests.integration.judging_process` on the database that the environment names.
"""

import sys
import time

import django


def main() -> None:
    """Judge what is asked for, line by line, until the input ends."""
    django.setup()
    from django.utils import timezone

    from tests.factories.judged import judged

    print("ready", flush=True)
    for line in sys.stdin:
        serial, county = line.split()
        found = judged(int(serial), at=timezone.now(), county=county)
        print(found.pk, time.time(), flush=True)


if __name__ == "__main__":
    main()
