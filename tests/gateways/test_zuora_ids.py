"""Whether Zuora's refunds show the field by which the desk finds them again."""

import pytest

from tests.gateways.zuora_desk import on_script, on_simulator, told

NO_FIELD = told({"faultcode": "fns:INVALID_FIELD", "code": "INVALID_FIELD", "message": "no such field"}, 400)
NOTHING = told({"size": 0, "records": [], "done": True})


@pytest.mark.parametrize("settlement", [True, False])
@pytest.mark.parametrize("installed", [True, False])
def test_the_field_is_there_where_the_connector_is_installed(settlement: bool, installed: bool) -> None:
    """In both modes, on a tenant with refunds."""
    with on_simulator(settlement, netsuite_fields=installed) as bench:
        assert bench.gateway.shows_ids() is installed


@pytest.mark.parametrize(
    ("row", "query", "answer"),
    [
        ({"id": "r", "IntegrationId__NS": None}, None, True),
        ({"id": "r"}, NO_FIELD, False),
        ({"id": "r"}, NOTHING, None),
        (None, NOTHING, True),
        (None, NO_FIELD, False),
    ],
)
def test_a_row_proves_it_else_a_query_does(row: dict[str, object] | None, query: bytes | None, answer: object) -> None:
    """A row without the field on a tenant that knows it is doubt, not proof."""
    listed = told({"refunds": [row] if row else [], "success": True})
    with on_script(*[one for one in (listed, query) if one]) as (gateway, _):
        assert gateway.shows_ids() is answer
