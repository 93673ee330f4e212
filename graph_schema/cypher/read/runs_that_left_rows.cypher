// Published runs that left needs unmet which an import created.
// params: $street, $import (text), $limit (integer)
// returns: uid, ran_at
MATCH (n:Entity {street: $street, created_by: $import})<-[:LEFT_UNMET]-(m:MatchRun)
WHERE m.published_at IS NOT NULL
RETURN DISTINCT m.uid AS uid, m.ran_at AS ran_at ORDER BY uid LIMIT $limit
