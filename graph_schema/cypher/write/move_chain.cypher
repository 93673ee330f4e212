// The chain ends at its new last link.
// params: $street, $key (text), $seq (integer), $hash (text), $at (instant)
// returns: nothing
MATCH (h:ChainHead {key: $key})
WHERE h.street = $street
SET h.seq = $seq, h.hash = $hash, h.updated_at = $at
