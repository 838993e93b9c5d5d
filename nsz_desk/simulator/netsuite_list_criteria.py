"""Which customers and accounting periods a search asks for."""

from xml.etree.ElementTree import Element

from nsz_desk.simulator import netsuite_operators as operators
from nsz_desk.simulator.netsuite_criteria import Accepts, Criteria, name_of, of_custom_fields, unknown
from nsz_desk.simulator.netsuite_fields import internal_id_in
from nsz_desk.simulator.world import NsCustomer, NsPeriod, World


def of_customers(world: World, basic: Element | None, version: str) -> Criteria:
    """Read a CustomerSearchBasic."""
    asked = Criteria()
    for node in basic if basic is not None else ():
        name = name_of(node, version)
        if name == "customFieldList":
            asked.records += of_custom_fields(world, node, version, ("customer",))
        else:
            asked.records.append(_of_customer(world, name, node))
    return asked


def _of_customer(world: World, name: str, node: Element) -> Accepts:
    if name in ("internalId", "subsidiary", "currency"):
        choice = operators.choices(node)

        def chosen(one: NsCustomer) -> bool:
            currency = internal_id_in(world.netsuite.currencies, one.currency)
            return choice({"internalId": one.id, "subsidiary": one.subsidiary, "currency": currency}[name])

        return chosen
    if name in ("entityId", "companyName"):
        text = operators.texts(node, world.netsuite.is_not_includes_empty)
        return lambda one: text(one.name)
    if name == "isInactive":
        tick = operators.ticks(node)
        return lambda one: tick(False)
    if name == "lastModifiedDate":
        moment = operators.moments(node, world.netsuite.user_zone)
        return lambda one: moment(one.modified)
    raise unknown(name)


def of_periods(world: World, basic: Element | None, version: str) -> Criteria:
    """Read an AccountingPeriodSearchBasic."""
    nodes = basic if basic is not None else ()
    return Criteria(records=[_of_period(world, name_of(node, version), node) for node in nodes])


def _of_period(world: World, name: str, node: Element) -> Accepts:
    if name == "internalId":
        choice = operators.choices(node)
        return lambda one: choice(one.id)
    if name == "periodName":
        text = operators.texts(node, world.netsuite.is_not_includes_empty)
        return lambda one: text(one.name)
    if name in ("startDate", "endDate"):
        day = operators.days(node, world.netsuite.user_zone)
        return lambda one: day(one.start if name == "startDate" else one.end)
    if name in ("closed", "allLocked", "arLocked", "apLocked", "payrollLocked", "allowNonGlChanges", *_NEVER):
        tick = operators.ticks(node)
        return lambda one: tick(_period_tick(name, one))
    raise unknown(name)


_NEVER = ("isAdjust", "isInactive", "isQuarter", "isYear")


def _period_tick(name: str, one: NsPeriod) -> bool:
    if name in _NEVER:
        return False
    return one.allow_non_gl if name == "allowNonGlChanges" else one.closed
