// Rows are joined: looks after (包联).
// params: $street (text), $edges (list of start, end: keys)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Entity {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street IN [$street, '']
MERGE (a)-[r:RESPONSIBLE_FOR]->(b)
RETURN count(r) AS linked
