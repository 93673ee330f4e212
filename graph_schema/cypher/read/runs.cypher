// Whole runs of a street, newest first.
// params: $street (text), $limit (integer)
// returns: properties
MATCH (n:MatchRun {street: $street, complete: true})
RETURN properties(n) AS properties ORDER BY n.ran_at DESC, n.created_at DESC, n.uid LIMIT $limit
