// Rulings are joined: is about.
// params: $street (text), $edges (list of start, end: keys)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Ruling {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street = $street
MERGE (a)-[r:CONCERNS]->(b)
RETURN count(r) AS linked
