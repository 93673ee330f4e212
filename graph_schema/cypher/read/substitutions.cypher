// Which category may serve which, shared by all streets.
// params: $street (text, empty), $limit (integer)
// returns: resource, need, weight, reason, reason_en
MATCH (r:Category {street: $street})-[s:CAN_SATISFY]->(n:Category {street: $street})
RETURN r.code AS resource, n.code AS need, s.weight AS weight, s.reason AS reason, s.reason_en AS reason_en
ORDER BY resource, need LIMIT $limit
