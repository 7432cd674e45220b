"""Rotating: a new key for this node, announced to all others by the old one."""

from datetime import datetime

from django.db import transaction

from yichuang.exchange.domain.envelopes import canonical_time
from yichuang.exchange.nodes.configuration import KeyCard, current
from yichuang.exchange.nodes.keyring import make_key, own_keys, use_key
from yichuang.exchange.nodes.posting import Post


def rotate_key(*, at: datetime, valid_until: datetime | None = None, announce: bool = True) -> KeyCard:
    """Sign with a new key from now on, after its announcement, signed by the old one, has been laid out for every node.

    What was signed before stays as it is: the old key is good until its own end. Without `announce` (the old key is
    lost), the others have to be handed the new card. Raises KeyLost.
    """
    config = current()
    card = make_key(valid_until=valid_until)
    if announce and own_keys():
        body = {
            "key_id": card.id,
            "public_key": card.public_key,
            "valid_until": canonical_time(valid_until) if valid_until else None,
        }
        with transaction.atomic():
            post = Post(config)
            for peer in config.peers:
                post.put(destination=peer.name, kind="key", body=body, at=at)
            post.close()
    # Only now: cut off before, the old key simply signs on.
    use_key(card)
    return card
