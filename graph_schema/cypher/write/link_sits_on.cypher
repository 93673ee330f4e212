// Rows are joined: is a part-time member of (兼职委员).
// params: $street (text), $edges (list of start, end: keys)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Entity {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street IN [$street, '']
MERGE (a)-[r:SITS_ON]->(b)
RETURN count(r) AS linked
