// Pairings are joined: was suggested by.
// params: $street (text), $edges (list of start, end: keys)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Pairing {key: edge.start})
MATCH (b:MatchRun {key: edge.end})
WHERE a.street = $street AND b.street = $street
MERGE (a)-[r:PRODUCED_BY]->(b)
RETURN count(r) AS linked
