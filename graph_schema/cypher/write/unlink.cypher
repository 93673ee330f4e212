// Relationships between rows are gone.
// params: $street (text), $edges (list of relationship, start, end: keys, mode: empty where the type has none)
// returns: nothing
UNWIND $edges AS edge
MATCH (a:Entity {key: edge.start})-[r]->(b:Entity {key: edge.end})
WHERE a.street = $street AND type(r) = edge.relationship AND coalesce(r.mode, '') = edge.mode
DELETE r
