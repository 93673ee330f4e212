// Pairings of rows that an import created, some of them in order of uid.
// params: $street, $import (text), $limit (integer)
// returns: key, uid
MATCH (n:Entity {street: $street, created_by: $import})<-[r]-(p:Pairing)
RETURN DISTINCT p.key AS key, p.uid AS uid ORDER BY uid LIMIT $limit
