// 项目 of a street, a page in order of uid.
// params: $street (text), $after (text), $limit (integer)
// returns: properties
MATCH (n:Project {street: $street})
WHERE n.uid > $after
WITH n ORDER BY n.uid LIMIT $limit
RETURN n {.*, created_at: null, updated_at: null} AS properties ORDER BY n.uid LIMIT $limit
