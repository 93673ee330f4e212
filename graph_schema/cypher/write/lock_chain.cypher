// The end of the street's chain is ours until the end of the transaction; locked last.
// params: $street, $key, $uid, $first_hash (text), $at (instant), $scratch (text or null)
// returns: seq, hash
MERGE (h:ChainHead {key: $key})
ON CREATE SET h.uid = $uid, h.street = $street, h.seq = 0, h.hash = $first_hash,
  h.created_at = $at, h.updated_at = $at, h.scratch = $scratch
SET h.lock = coalesce(h.lock, 0) + 1
RETURN h.seq AS seq, h.hash AS hash
