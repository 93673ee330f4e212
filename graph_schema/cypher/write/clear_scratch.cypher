// Some of what a scratch owner made is gone.
// params: $owner (text), $limit (integer)
// returns: deleted
MATCH (n)
WHERE n.scratch = $owner
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(*) AS deleted
