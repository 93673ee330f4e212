// Rows are joined: coverage list (覆盖清单).
// params: $street (text), $edges (list of start, end: keys, mode)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Entity {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street IN [$street, '']
MERGE (a)-[r:SERVES {mode: edge.mode}]->(b)
RETURN count(r) AS linked
