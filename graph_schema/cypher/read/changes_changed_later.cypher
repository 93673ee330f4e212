// Rows that an import updated and a later one wrote again.
// params: $street, $import (text), $limit (integer)
// returns: labels, uid, name
MATCH (c:ImportChange {street: $street, import_uid: $import})
MATCH (n:Entity {key: $street + '|' + c.uid})
WHERE n.source_import IS NULL OR n.source_import <> $import
RETURN labels(n) AS labels, n.uid AS uid, coalesce(n.name, n.title) AS name ORDER BY uid LIMIT $limit
