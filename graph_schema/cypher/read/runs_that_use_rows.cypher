// Runs that were published, or whose pairings somebody took up, with pairings of rows that an import created.
// params: $street, $import (text), $limit (integer)
// returns: uid, ran_at
MATCH (n:Entity {street: $street, created_by: $import})<-[r]-(p:Pairing)-[:PRODUCED_BY]->(m:MatchRun)
WHERE m.published_at IS NOT NULL OR NOT p.state IN ['suggested', 'withdrawn']
RETURN DISTINCT m.uid AS uid, m.ran_at AS ran_at ORDER BY uid LIMIT $limit
