// Links of a street's chain after one, in order.
// params: $street (text), $after (integer), $limit (integer)
// returns: properties
MATCH (n:Event {street: $street})
WHERE n.seq > $after
RETURN properties(n) AS properties ORDER BY n.seq LIMIT $limit
