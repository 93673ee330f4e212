// Rows of any label by their keys; a key without a row is left out.
// params: $street (text), $keys (list of text), $limit (integer, number of keys)
// returns: key, labels, properties
UNWIND $keys AS key
MATCH (n:Entity {key: key})
WHERE n.street IN [$street, '']
RETURN n.key AS key, labels(n) AS labels, properties(n) AS properties ORDER BY key LIMIT $limit
