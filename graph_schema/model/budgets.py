"""Money set aside for a place and a year."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetPool:
    """
    Money of one owner, kind and year (专项经费); the three identify it.

    Parameters
    ----------
    owner_uid
        Area or pool (片区) that it ``PAYS_FOR``, with all that lies in it.
    kind
        为民服务, 快速处置 … as the list names it.
    amount_fen, reserved_fen, spent_fen
        What there was for the year, what is promised and what is gone; all >= 0.
    """

    uid: str
    street: str
    name: str
    owner_uid: str
    kind: str
    year: int
    amount_fen: int
    reserved_fen: int = 0
    spent_fen: int = 0
    synthetic: bool = False

    @property
    def left_fen(self) -> int:
        """What can still be promised, >= 0."""
        return max(self.amount_fen - self.reserved_fen - self.spent_fen, 0)
