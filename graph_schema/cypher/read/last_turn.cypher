// How many imports of a street were started.
// params: $street (text)
// returns: turn
MATCH (n:ImportRecord {street: $street})
RETURN max(n.turn) AS turn ORDER BY turn LIMIT 1
