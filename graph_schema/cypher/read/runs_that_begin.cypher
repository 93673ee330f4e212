// Whole runs of a street whose uids begin with one text, in order of uid.
// params: $street (text), $begins (text), $ends (text), $limit (integer)
// returns: properties
MATCH (n:MatchRun {street: $street, complete: true})
WHERE n.uid >= $begins AND n.uid < $ends
RETURN properties(n) AS properties ORDER BY n.uid LIMIT $limit
