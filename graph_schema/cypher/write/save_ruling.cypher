// 人工决定 as it is now.
// params: $street, $key (text), $properties (map)
// returns: nothing
MERGE (n:Ruling {key: $key})
SET n = $properties, n.street = $street
