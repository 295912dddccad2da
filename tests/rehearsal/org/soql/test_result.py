"""Results kept on the server."""

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.soql.result import KEPT_IN_MEMORY
from runbook_lib.rehearsal.world import load_world


def test_a_large_result_is_a_snapshot_in_pages() -> None:
    """Pages of a large result hold every row once, in order, as it was when asked, whatever happens later."""
    org = Org(load_world("clean"), Clock(), people=20_000)
    admin = org.user_id(org.world.admin_username)
    result = org.query(admin, "SELECT Id, Email, CreatedDate FROM Lead ORDER BY Id")
    assert result.total == 12_000 > KEPT_IN_MEMORY
    org.delete(admin, "Lead", result.page(0, 1)[0]["Id"])
    pages = [result.page(start, start + 2_000) for start in range(0, result.total, 2_000)]
    ids = [row["Id"] for page in pages for row in page]
    assert len(set(ids)) == 12_000 and ids == sorted(ids)
    assert list(result.cells(5, 6)) == [tuple(pages[0][5][key] for key in ("Id", "Email", "CreatedDate"))]
    assert org.database.sql(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'results'"
    ) == [(1,)]
    del result
    assert org.database.sql(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'results'"
    ) == [(0,)]
    org.database.close()
