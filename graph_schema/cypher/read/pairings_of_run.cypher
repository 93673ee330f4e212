// 供需对接 of one run, a page in order of uid.
// params: $street, $run, $after (text), $limit (integer)
// returns: properties
MATCH (n:Pairing {street: $street, run_uid: $run})
WHERE n.uid > $after
WITH n ORDER BY n.uid LIMIT $limit
RETURN n {.*, created_at: null, updated_at: null} AS properties ORDER BY n.uid LIMIT $limit
