"""Updates set and clear custom fields, keep what is not sent, and fall for the same traps as the real thing."""

from datetime import timedelta

import pytest

from tests.simulator.netsuite_envelopes import STATUS, ZUORA_ID, ask, custom, small_world, update

SYNC_DATE = "custbodyzuorasyncdate"


def fields(*listed: str) -> str:
    """A customFieldList."""
    return f"<tc:customFieldList>{''.join(listed)}</tc:customFieldList>"


def value(text: str) -> str:
    """A value element."""
    return f"<c:value>{text}</c:value>"


def cleared(*names: str) -> str:
    """A nullFieldList."""
    return f"<c:nullFieldList>{''.join(f'<c:name>{name}</c:name>' for name in names)}</c:nullFieldList>"


def test_only_what_is_sent_changes() -> None:
    """The status is set, the Zuora ID and the applications stay, the time of change is the world's."""
    world = small_world()
    refund = world.refunds["601"]
    refund.zuora_id = "keep"
    world.advance(60)
    said = ask(world, update(fields(custom(STATUS, value("Creating Refund")))))
    assert said.all("m:updateResponse/m:writeResponse/c:status")[0].get("isSuccess") == "true"
    (ref,) = said.all("m:baseRef")
    assert (ref.get("internalId"), ref.get("type")) == ("601", "customerRefund")
    assert (refund.integration_status, refund.zuora_id, len(refund.applied_to)) == ("Creating Refund", "keep", 1)
    assert world.now() - refund.modified < timedelta(seconds=30)


def test_fields_are_cleared_by_name_and_set_beside() -> None:
    """Two names clear two fields, and a third field is set in the same request."""
    world = small_world()
    refund = world.refunds["601"]
    refund.integration_status, refund.zuora_id = "Sync Complete", "8a"
    ask(world, update(cleared(STATUS, ZUORA_ID) + fields(custom(SYNC_DATE, value("now")))))
    assert (refund.integration_status, refund.zuora_id, refund.sync_date) == ("", "", "now")


def test_the_memos_fields_are_written() -> None:
    """Texts, the tick and the payment reference of a memo."""
    world = small_world()
    memo = world.memos["501"]
    listed = fields(
        custom(ZUORA_ID, value("8a")),
        custom("custbodyzuoracreatezuorarefund", value("false"), "Boolean"),
        custom("custbodyzuorarefundpaymentreference", '<c:value internalId="401"/>', "Select"),
    )
    memo.payment_reference = ""
    assert not ask(world, update(listed, "501", "CreditMemo")).codes()
    assert (memo.zuora_id, memo.create_zuora_refund, memo.payment_reference) == ("8a", False, "401")
    ask(world, update(cleared("custbodyzuorarefundpaymentreference"), "501", "CreditMemo"))
    assert memo.payment_reference == ""


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (fields(custom("custbodynosuch", value("x"))), "INVALID_KEY_OR_REF"),
        (cleared("custbodynosuch"), "INVALID_KEY_OR_REF"),
        (fields(custom("custbodyzuorarefundpaymentid", value("x"))), "INVALID_KEY_OR_REF"),  # a memo's field
        (fields(custom(STATUS, value("true"), "Boolean")), "INVALID_FLD_VALUE"),
        (fields(custom(STATUS, value("x" * 301))), "INVALID_FLD_VALUE"),
        (cleared(STATUS) + fields(custom(STATUS, value("x"))), "USER_ERROR"),
    ],
)
def test_a_refused_update_changes_nothing(inner: str, code: str) -> None:
    """The status names the reason and every field of the record is as before, even those that were fine."""
    world = small_world()
    refund = world.refunds["601"]
    before = refund.modified
    good = custom(ZUORA_ID, value("8a"))
    inner = inner.replace("</tc:customFieldList>", good + "</tc:customFieldList>")
    assert ask(world, update(inner)).codes() == [code]
    assert (refund.integration_status, refund.zuora_id, refund.modified) == ("", "", before)


@pytest.mark.parametrize(
    "inner",
    [
        fields(custom(STATUS, "")),
        fields(custom(STATUS, "<tc:value>x</tc:value>")),
        fields(custom(STATUS, value("x"))) + cleared(ZUORA_ID),
        "<tc:nullFieldList><tc:name>custbodyzuoraid</tc:name></tc:nullFieldList>",
        "<c:customFieldList/>",
        "<tc:memo>new</tc:memo>",
        fields(f'<c:customField scriptId="{STATUS}"><c:value>x</c:value></c:customField>'),
    ],
)
def test_what_breaks_the_schema_is_a_fault(inner: str) -> None:
    """A field without value, a list in the wrong namespace or order: the whole request is refused."""
    world = small_world()
    assert ask(world, update(inner)).status == 500
    assert world.refunds["601"].integration_status == ""


def test_an_empty_text_is_stored_as_an_empty_text() -> None:
    """It is no error for a text field."""
    world = small_world()
    world.refunds["601"].zuora_id = "8a"
    assert not ask(world, update(fields(custom(ZUORA_ID, "<c:value/>")))).codes()
    assert world.refunds["601"].zuora_id == ""


def test_an_apply_list_sent_without_rows_unapplies_the_refund() -> None:
    """The trap: replaceAll is true by default, so an empty list takes the memo off the refund."""
    world = small_world()
    ask(world, update("<tc:applyList/>"))
    assert world.refunds["601"].applied_to == []


def test_an_apply_list_that_replaces_nothing_keeps_the_rows() -> None:
    """With replaceAll false an empty list is harmless; a row with apply false goes."""
    world = small_world()
    ask(world, update('<tc:applyList replaceAll="false"/>'))
    assert len(world.refunds["601"].applied_to) == 1
    row = "<tc:apply><tc:apply>false</tc:apply><tc:doc>501</tc:doc></tc:apply>"
    ask(world, update(f'<tc:applyList replaceAll="false">{row}</tc:applyList>'))
    assert world.refunds["601"].applied_to == []


def test_unknown_records_do_not_exist() -> None:
    """A refund's id is no memo's id."""
    said = ask(small_world(), update(fields(custom(STATUS, value("x"))), "601", "CreditMemo"))
    assert said.codes() == ["RCRD_DSNT_EXIST"]


def test_a_status_list_takes_ids_only() -> None:
    """Where the status is a list, a text is refused and an unknown id too."""
    world = small_world()
    world.netsuite.status_is_list = True
    assert ask(world, update(fields(custom(STATUS, value("Sync Complete"))))).codes() == ["INVALID_FLD_VALUE"]
    bad = custom(STATUS, '<c:value internalId="9"/>', "Select")
    assert ask(world, update(fields(bad))).codes() == ["INVALID_KEY_OR_REF"]
    ask(world, update(fields(custom(STATUS, '<c:value internalId="2"/>', "Select"))))
    assert world.refunds["601"].integration_status == "Sync Complete"


def test_a_closed_period_can_lock_the_fields() -> None:
    """By switch, and not where the period allows changes that move no money."""
    world = small_world()
    world.ns_periods["71"].closed = True
    sent = update(fields(custom(STATUS, value("x"))))
    assert not ask(world, sent).codes()
    world.netsuite.locks_closed_periods = True
    assert ask(world, sent).codes() == ["TRAN_PRD_CLOSED"]
    world.ns_periods["71"].allow_non_gl = True
    assert not ask(world, sent).codes()


def test_a_list_of_updates_is_judged_one_by_one() -> None:
    """The unknown one fails, the others are written."""
    world = small_world()
    rows = "".join(
        f'<m:record xsi:type="tc:CustomerRefund" internalId="{one}">{fields(custom(STATUS, value("x")))}</m:record>'
        for one in ("601", "999", "602")
    )
    said = ask(world, f"<m:updateList>{rows}</m:updateList>")
    ok = [node.get("isSuccess") for node in said.all("m:writeResponse/c:status")]
    assert ok == ["true", "false", "true"]
    assert world.refunds["602"].integration_status == "x"
    assert ask(world, f"<m:updateList>{rows * 34}</m:updateList>").fault_kind() == "exceededRecordCountFault"


def test_a_saved_record_may_come_with_a_warning_or_without_success() -> None:
    """By switch: a warning on success, or a script that failed after the record was saved. It is saved in both."""
    world = small_world()
    world.netsuite.write_outcome = "warned"
    said = ask(world, update(fields(custom(STATUS, value("one")))))
    assert said.all("m:writeResponse/c:status")[0].get("isSuccess") == "true"
    assert said.all("c:statusDetail")[0].get("type") == "WARN"
    assert not said.codes()
    world.netsuite.write_outcome = "after_submit_failed"
    said = ask(world, update(fields(custom(STATUS, value("two")))))
    assert said.all("m:writeResponse/c:status")[0].get("isSuccess") == "false"
    assert said.text("c:afterSubmitFailed") == "true"
    assert world.refunds["601"].integration_status == "two"
