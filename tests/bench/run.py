"""Benchmarks: `make bench`, or `python tests/bench/run.py`. Prints each figure beside its rival, the bar and whether
it holds.

Needs PostgreSQL: works in a database of its own on the server of DATABASE_URL, and removes it again. Absolute figures
are this machine's; the ratios say whether the promises hold. `--small` fills a tenth, to try the bench itself.
"""

import datetime as dt
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"


def main() -> int:
    import django
    from django.db import connection

    django.setup()
    if connection.vendor != "postgresql":
        print("The benchmarks need PostgreSQL: set DATABASE_URL.")
        return 1
    # No test environment: it watches each template that is rendered, which costs as much as rendering.
    keep_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        from tests.bench.measures import Bench

        size = 10 if "--small" in sys.argv else 1
        print(f"{connection.vendor} {connection.pg_version // 10000}, {os.cpu_count()} processors")
        missed = Bench(dt.datetime.now(dt.UTC), size).run()
        print(f"{missed} missed" if missed else "All bars hold.")
    finally:
        connection.creation.destroy_test_db(keep_name, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
