// 导入记录 of a street in the order in which they were started.
// params: $street (text), $after (integer: turn), $limit (integer)
// returns: properties
MATCH (n:ImportRecord {street: $street})
WHERE n.turn > $after
RETURN properties(n) AS properties ORDER BY n.turn LIMIT $limit
