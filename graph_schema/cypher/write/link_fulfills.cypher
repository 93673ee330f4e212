// Pairings are joined: serves.
// params: $street (text), $edges (list of start, end: keys)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Pairing {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street = $street
MERGE (a)-[r:FULFILLS]->(b)
RETURN count(r) AS linked
