// The street's gate is ours until the end of the transaction.
// params: $street, $key, $uid (text), $at (instant), $scratch (text or null)
// returns: incomplete_uid
MERGE (g:ImportGate {key: $key})
ON CREATE SET g.uid = $uid, g.street = $street, g.created_at = $at, g.updated_at = $at, g.scratch = $scratch
SET g.lock = coalesce(g.lock, 0) + 1
RETURN g.incomplete_uid AS incomplete_uid
