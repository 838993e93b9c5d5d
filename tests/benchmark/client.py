"""How long until NetSuite messages can be built: our zeep client against zeep's floor, in fresh processes."""

from tests.benchmark.fresh import number
from tests.benchmark.rounds import Figure, medians, milliseconds

SMALLEST = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:x="urn:x" xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x">
<types><s:schema targetNamespace="urn:x"><s:element name="a" type="s:string"/></s:schema></types>
<message name="m"><part name="p" element="x:a"/></message>
<portType name="t"><operation name="o"><input message="x:m"/></operation></portType>
<binding name="b" type="x:t"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="o"><soap:operation soapAction=""/><input><soap:body use="literal"/></input></operation></binding>
<service name="v"><port name="q" binding="x:b"><soap:address location="https://localhost/"/></port></service>
</definitions>"""
FLOOR = """
import io, sys, time
import zeep
begun = time.process_time()
zeep.Client(io.BytesIO(sys.argv[1].encode())).service
print(time.process_time() - begun)
"""
OURS = """
import time
from zoneinfo import ZoneInfo
import zeep
from nsz_desk.gateways.netsuite.auth import Passport
from nsz_desk.gateways.netsuite.soap_write import Messages
begun = time.process_time()
Messages("2025_2", ZoneInfo("America/New_York")).server_time(Passport("1", "k", "t", "n", 1, "s"))
print(time.process_time() - begun)
"""


def figures() -> list[Figure]:
    """The client alone: importing zeep is left out on both sides, which is the stricter way."""
    runs = {"floor": lambda: number(FLOOR, SMALLEST), "ours": lambda: number(OURS)}
    cost = medians(runs, rounds=7)
    return [
        Figure(
            "client ready / zeep's floor",
            cost["ours"] / cost["floor"],
            "x",
            "<= 4",
            f"{milliseconds(cost['ours'])} CPU: our client of all operations, and the first message built",
            f"{milliseconds(cost['floor'])} CPU: zeep's client of a WSDL with one element (zeep imported before, both)",
        )
    ]
