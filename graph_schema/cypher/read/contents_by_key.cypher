// Rows of any label by their keys, without when they came and were changed; a key without a row is left out.
// params: $street (text), $keys (list of text), $limit (integer, number of keys)
// returns: key, labels, properties
UNWIND $keys AS key
MATCH (n:Entity {key: key})
WHERE n.street IN [$street, '']
RETURN n.key AS key, labels(n) AS labels, n {.*, created_at: null, updated_at: null} AS properties
ORDER BY key LIMIT $limit
