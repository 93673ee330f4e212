// Rows that an import created, a page in order of uid.
// params: $street, $import (text), $limit (integer)
// returns: key, uid, labels
MATCH (n:Entity {street: $street, created_by: $import})
RETURN n.key AS key, n.uid AS uid, labels(n) AS labels ORDER BY n.uid LIMIT $limit
