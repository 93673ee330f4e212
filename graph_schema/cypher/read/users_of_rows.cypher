// What leads to a row that an import created, is itself not of this import, and no run or pairing.
// params: $street, $import (text), $limit (integer)
// returns: labels, uid, name
MATCH (n:Entity {street: $street, created_by: $import})<-[r]-(u)
WHERE NOT type(r) IN ['PROVIDES', 'HAS_SLOT', 'MEMBER_OF'] AND NOT u:Pairing AND NOT u:MatchRun
  AND (u.created_by IS NULL OR u.created_by <> $import)
  AND (u.source_import IS NULL OR u.source_import <> $import)
RETURN DISTINCT labels(u) AS labels, u.uid AS uid, coalesce(u.name, u.title) AS name ORDER BY uid LIMIT $limit
