// 供需对接 of a street in one state, a page in order of uid.
// params: $street, $state, $after (text), $limit (integer)
// returns: properties
MATCH (n:Pairing {street: $street, state: $state})
WHERE n.uid > $after
WITH n ORDER BY n.uid LIMIT $limit
RETURN n {.*, created_at: null, updated_at: null} AS properties ORDER BY n.uid LIMIT $limit
