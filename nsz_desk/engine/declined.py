"""A person's wish that has no plan, with the reason in words."""

from dataclasses import dataclass

from nsz_desk.engine.plan import Batch


@dataclass(frozen=True, slots=True)
class Declined:
    """Why a refund cannot be split, linked or unlinked, or not in this way; nothing was sent."""

    refund_id: str
    number: str
    why: str

    @property
    def batch(self) -> Batch:
        """The refusal as both faces show refusals."""
        return Batch((), ((self.refund_id, self.number, self.why),))
