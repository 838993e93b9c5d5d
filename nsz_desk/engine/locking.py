"""What stands in the place of the gateways while the desk is locked. Only locking; who locks when is the window's."""

from typing import NoReturn, cast

from nsz_desk.domain.errors import Barred
from nsz_desk.engine.ports import NetSuite, Zuora


class Locked:
    """A gateway that was let go of: whatever is asked of it is refused, and nothing is sent."""

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse.

        Raises:
            Barred: always.
        """
        raise Barred(
            "The desk is locked.", "Nothing was sent.", "Unlock it; the secrets are read from the vault again."
        )


def locked_gateways() -> tuple[NetSuite, Zuora]:
    """Both places, empty."""
    return cast("NetSuite", Locked()), cast("Zuora", Locked())
