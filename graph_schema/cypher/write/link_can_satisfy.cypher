// Which category may serve which.
// params: $street (text, empty), $edges (list of start, end: keys, weight, reason, reason_en)
// returns: linked
UNWIND $edges AS edge
MATCH (a:Entity {key: edge.start})
MATCH (b:Entity {key: edge.end})
WHERE a.street = $street AND b.street = $street
MERGE (a)-[s:CAN_SATISFY]->(b)
SET s.weight = edge.weight, s.reason = edge.reason, s.reason_en = edge.reason_en
RETURN count(s) AS linked
