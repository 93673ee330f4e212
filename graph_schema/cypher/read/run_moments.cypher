// Moments that the whole runs of a street are for, a page in order of uid.
// params: $street (text), $after (text), $limit (integer)
// returns: uid, as_of
MATCH (n:MatchRun {street: $street, complete: true})
WHERE n.uid > $after
RETURN n.uid AS uid, n.as_of AS as_of ORDER BY n.uid LIMIT $limit
