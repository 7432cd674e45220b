"""Three invented county vendors; the generator itself is part of the exchange, for demonstrations too."""

from yichuang.exchange.invented.cases import OFFERS, InventedCase, Offer, invent
from yichuang.exchange.invented.filling import Planted, change, fill
from yichuang.exchange.invented.mapping import mapping_of

__all__ = ["OFFERS", "InventedCase", "Offer", "Planted", "change", "fill", "invent", "mapping_of"]
