"""SuiteQL's own ways: what Oracle's dialect means, what the service refuses, and that nothing breaks it."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nsz_desk.simulator.http_types import Headers, Request
from nsz_desk.simulator.netsuite_rest_replies import RestRefusal
from nsz_desk.simulator.netsuite_suiteql import PATH, answer
from nsz_desk.simulator.netsuite_suiteql_fill import Books
from nsz_desk.simulator.scenarios import build
from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.zuora_json import dumps
from tests.simulator.netsuite_rest_caller import RestCaller, complaint


@pytest.fixture(scope="module")
def caller() -> Iterator[RestCaller]:
    """A caller of the demo company."""
    with Simulator("demo") as simulator, RestCaller(simulator) as one:
        yield one


BOOKS = Books(build("demo"))

SAID: list[tuple[str, dict[str, str]]] = [
    ("SELECT TO_CHAR(TO_DATE('2026-02-28','YYYY-MM-DD') + 1,'DD.MM.YY HH24:MI') AS d FROM dual",
     {"d": "01.03.26 00:00"}),
    ("SELECT TO_CHAR(TO_TIMESTAMP('2026-02-28 13:05:09','YYYY-MM-DD HH24:MI:SS'),'MON DD, YYYY HH:MI AM') x FROM dual",
     {"x": "Feb 28, 2026 01:05 PM"}),
    ("SELECT TO_DATE('2026-02-08','YYYY-MM-DD') AS d FROM dual", {"d": "2026-02-08 00:00:00"}),
    ("SELECT NVL('', 'empty') AS a, DECODE(2, 1, 'one', 2, 'two') AS b, TRUNC(3.9) AS c FROM dual",
     {"a": "empty", "b": "two", "c": "3"}),
    ("SELECT 1 AS MixedCase, 0.1 + 0.2 AS s, 1840.50 AS m FROM dual", {"mixedcase": "1", "s": "0.3", "m": "1840.5"}),
    ("SELECT COUNT(*), MAX(id) FROM transaction WHERE id < 31002 AND type = 'CustCred'",
     {"expr1": "1", "expr2": "31001"}),
    ("SELECT trandate FROM transaction WHERE id = 0 UNION ALL SELECT TO_DATE('2026-01-02','YYYY-MM-DD') FROM dual",
     {"trandate": "1/2/2026"}),
    ("SELECT COUNT(*) AS n FROM transaction WHERE memo = '' OR memo <> ''", {"n": "0"}),
    ("SELECT BUILTIN.DF(t.status) AS s, BUILTIN.DF(t.type) AS y FROM (SELECT * FROM transaction) t WHERE t.id = 48001",
     {"s": "R", "y": "CustRfnd"}),
    ("WITH r AS (SELECT id FROM transaction WHERE type = 'CustRfnd') SELECT MIN(r.id) AS id FROM r", {"id": "48001"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "row"), SAID)
def test_oracles_words_mean_what_they_mean_there(caller: RestCaller, text: str, row: dict[str, str]) -> None:
    """Dates, empty text that is NULL, numbers without noise, lower-case names."""
    assert caller.rows(text) == [row]


def test_a_bare_date_follows_the_users_preference_and_sorts_as_a_date(caller: RestCaller) -> None:
    """It is shown month first, so only TO_CHAR is safe to read."""
    rows = caller.rows("SELECT startdate FROM accountingperiod ORDER BY startdate FETCH FIRST 3 ROWS ONLY")
    assert [row["startdate"] for row in rows] == ["11/1/2025", "12/1/2025", "1/1/2026"]


def test_rownum_takes_the_first_rows(caller: RestCaller) -> None:
    """Without ORDER BY, or around an ordered query."""
    assert len(caller.rows("SELECT id FROM transaction WHERE type = 'CustRfnd' AND ROWNUM <= 4")) == 4
    inner = "SELECT id FROM transaction WHERE type = 'CustRfnd' ORDER BY id DESC"
    ids = [row["id"] for row in caller.rows(f"SELECT * FROM ({inner}) WHERE ROWNUM < 3")]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 2


def test_parameters_are_bound_in_the_order_of_the_text(caller: RestCaller) -> None:
    """Numbers may come as texts, and an empty text is NULL."""
    text = "SELECT ? AS a, id FROM transaction WHERE id IN (?, ?) AND type = ? ORDER BY id FETCH FIRST 1 ROWS ONLY"
    assert caller.rows(text, "x'; --", "48002", 48001, "CustRfnd") == [{"a": "x'; --", "id": "48001"}]
    assert caller.rows("SELECT COUNT(*) AS n FROM transaction WHERE tranid = ?", "") == [{"n": "0"}]


def test_a_question_mark_in_a_text_is_no_parameter(caller: RestCaller) -> None:
    """Only real marks count."""
    assert caller.rows("SELECT '?' AS q, ? AS p FROM dual -- ?", "1") == [{"q": "?", "p": "1"}]


REFUSED = [
    "SELECT id FROM transaction LIMIT 3", "SELECT id FROM employee", "SELECT nope FROM transaction",
    "SELECT x.id FROM transaction", "SELECT t.id FROM transaction", "SELECT BUILTIN.XX(id) FROM transaction",
    "SELECT entity__df FROM transaction", "SELECT id FROM tx", "SELECT sql FROM sqlite_master", "SELECT", "gibberish",
    "DELETE FROM transaction", "UPDATE transaction SET memo = 'x'", "DROP TABLE tx", "ATTACH DATABASE 'x' AS y",
    "PRAGMA writable_schema = 1", "SELECT id FROM transaction; SELECT 1 FROM dual",
    "SELECT load_extension('x') FROM dual",
    "SELECT readfile('/etc/passwd') FROM dual", "SELECT id AS k FROM transaction WHERE k = 1",
    "SELECT id FROM transaction WHERE ROWNUM <= 3 ORDER BY id", "SELECT TO_CHAR(trandate,'QQ') FROM transaction",
    "SELECT TO_DATE('31.12.2026','YYYY-MM-DD') FROM dual", "SELECT id FROM transaction WHERE id = ?",
    "SELECT ((1) FROM dual",
    f"SELECT id FROM transaction WHERE id IN ({','.join(map(str, range(1001)))})",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_asked_is_a_bad_query(caller: RestCaller, text: str) -> None:
    """Unknown names, writes, several statements, SQLite's own tables and functions: 400, naming the query."""
    reply = caller.query(text)
    assert complaint(reply) == (400, "INVALID_PARAMETER")
    assert reply.json["o:errorDetails"][0]["o:errorQueryParam"] == "q"


WORDS = st.sampled_from(
    "SELECT FROM WHERE transaction t id , * ( ) ' ? = < > IN AND OR NOT NULL BUILTIN.DF BUILTIN . JOIN ON GROUP BY "
    "ORDER HAVING UNION ALL WITH AS CASE WHEN END TO_CHAR TO_DATE SYSDATE + - / || ROWNUM 1 99999999999999999999 "
    "'x' dual EXISTS DISTINCT COUNT SUM OVER PARTITION FETCH FIRST ROWS ONLY OFFSET LIMIT : :p1 @ # [ ] { } é "
    "customer currency CAST NUMBER DATE INTERVAL CONNECT PRIOR START MODEL PIVOT LATERAL".split(" ")
)


def status_of(request: Request) -> int:
    """The status that the service answers a statement with."""
    try:
        return answer(BOOKS, request).status
    except RestRefusal as no:
        return no.status


@pytest.mark.expects_warnings  # the parser says what it wonders about
@settings(max_examples=150)
@given(st.one_of(st.lists(WORDS, max_size=14).map(lambda words: "SELECT " + " ".join(words)), st.text(max_size=40)))
@example("SELECT " + "(" * 3000 + "1" + ")" * 3000 + " FROM dual")
@example("SELECT t.id FROM transaction t WHERE t LATERAL .id IN (1)")
@example("SELECT nope FROM transaction LATERAL  .")
@example("SELECT id FROM transaction WHERE id = 99999999999999999999999")
def test_no_statement_breaks_the_service(text: str) -> None:
    """Whatever is asked is answered or refused, and the books can be asked again."""
    for question in (text, "SELECT 1 AS one FROM dual"):
        request = Request("POST", PATH, {}, Headers({"Prefer": "transient"}), dumps({"q": question}))
        assert status_of(request) in ((200, 400) if question == text else (200,))


def test_a_number_too_big_for_the_database_is_refused(caller: RestCaller) -> None:
    """An integer beyond 64 bits as a parameter is no crash."""
    assert caller.query("SELECT ? AS a FROM dual", 2**70).status == 400


def test_a_big_world_is_read_by_keyset_and_stays_true() -> None:
    """Records that nobody wrote are all there, page after page, and a change of one is seen."""
    with Simulator("month-end", refunds=2_500) as simulator, RestCaller(simulator) as caller:
        text = "SELECT id, custbodyzuoraid AS z FROM transaction WHERE type = 'CustRfnd' AND id > ? ORDER BY id"
        seen, rows, key = [], caller.rows(text, "0"), "0"
        while rows:
            seen += [row["id"] for row in rows]
            key = rows[-1]["id"]
            rows = caller.rows(text, key)
        assert seen == list(simulator.world.refunds)
        middle = seen[1234]
        assert caller.patch(f"customerRefund/{middle}", {"custbodyzuoraid": "new"}).status == 204
        assert caller.rows(text, str(int(middle) - 1))[0] == {"id": middle, "z": "new"}
