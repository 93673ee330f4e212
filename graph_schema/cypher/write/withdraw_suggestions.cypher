// 供需对接 that an earlier run only suggested are withdrawn and no longer hold their key; some of them.
// params: $street, $run (text), $at (instant), $limit (integer)
// returns: uid
MATCH (n:Pairing {street: $street, state: 'suggested'})
WHERE n.run_uid <> $run
WITH n ORDER BY n.uid LIMIT $limit
SET n.state = 'withdrawn', n.updated_at = $at
REMOVE n.active_key
RETURN n.uid AS uid
