// 人工决定 of a street that were not lifted, a page in order of uid.
// params: $street (text), $after (text), $limit (integer)
// returns: properties
MATCH (n:Ruling {street: $street})
WHERE n.uid > $after AND n.lifted_at IS NULL
WITH n ORDER BY n.uid LIMIT $limit
RETURN n {.*, created_at: null, updated_at: null} AS properties ORDER BY n.uid LIMIT $limit
