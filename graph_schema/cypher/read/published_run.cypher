// The run of a street that was published last.
// params: $street (text)
// returns: properties
MATCH (n:MatchRun {street: $street, complete: true})
WHERE n.published_at IS NOT NULL
RETURN properties(n) AS properties ORDER BY n.published_at DESC, n.ran_at DESC, n.uid LIMIT 1
