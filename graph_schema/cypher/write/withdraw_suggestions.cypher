// 供需对接 that runs before the newest one only suggested are withdrawn and no longer hold their key; some of them.
// params: $street, $run (text, of the newest), $ran_at (instant, of the newest), $at (instant), $limit (integer)
// returns: uid
MATCH (n:Pairing {street: $street, state: 'suggested'})-[:PRODUCED_BY]->(r:MatchRun)
WHERE n.run_uid <> $run AND r.ran_at <= $ran_at
WITH n ORDER BY n.uid LIMIT $limit
SET n.state = 'withdrawn', n.updated_at = $at
REMOVE n.active_key
RETURN n.uid AS uid
