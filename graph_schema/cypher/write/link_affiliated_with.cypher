// Rows are joined: belongs to.
// params: $street (text), $edges (list of start, end: keys)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Entity {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street IN [$street, '']
MERGE (a)-[r:AFFILIATED_WITH]->(b)
RETURN count(r) AS linked
