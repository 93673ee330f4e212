// One run, whole or not.
// params: $street (text), $key (text)
// returns: properties
MATCH (n:MatchRun {key: $key})
WHERE n.street = $street
RETURN properties(n) AS properties ORDER BY n.uid LIMIT 1
