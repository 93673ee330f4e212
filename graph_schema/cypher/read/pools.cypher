// 片区、大党委 of a street, a page in order of uid.
// params: $street (text), $after (text), $limit (integer)
// returns: properties
MATCH (n:ResourcePool {street: $street})
WHERE n.uid > $after
RETURN properties(n) AS properties ORDER BY n.uid LIMIT $limit
