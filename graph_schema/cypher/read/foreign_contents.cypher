// Nodes that a scratch owner did not make, by labels; migrations are nobody's.
// params: $owner (text), $limit (integer: nodes counted in all)
// returns: labels, nodes
MATCH (n)
WHERE (n.scratch IS NULL OR n.scratch <> $owner) AND NOT n:SchemaMigration
WITH labels(n) AS labels LIMIT $limit
RETURN labels, count(*) AS nodes ORDER BY labels LIMIT $limit
