// What a row that an import created leads to by a relationship that the other end states.
// params: $street, $import (text), $limit (integer)
// returns: labels, uid, name
MATCH (n:Entity {street: $street, created_by: $import})-[r]->(u)
WHERE type(r) IN ['PROVIDES', 'HAS_SLOT', 'MEMBER_OF']
  AND (u.created_by IS NULL OR u.created_by <> $import)
  AND (u.source_import IS NULL OR u.source_import <> $import)
RETURN DISTINCT labels(u) AS labels, u.uid AS uid, coalesce(u.name, u.title) AS name ORDER BY uid LIMIT $limit
