// Rows are joined: offers.
// params: $street (text), $edges (list of start, end: keys)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Entity {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street IN [$street, '']
MERGE (a)-[r:PROVIDES]->(b)
RETURN count(r) AS linked
