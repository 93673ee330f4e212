// Rows that an import created and a later one wrote again.
// params: $street, $import (text), $limit (integer)
// returns: labels, uid, name
MATCH (n:Entity {street: $street, created_by: $import})
WHERE n.source_import IS NULL OR n.source_import <> $import
RETURN labels(n) AS labels, n.uid AS uid, coalesce(n.name, n.title) AS name ORDER BY uid LIMIT $limit
