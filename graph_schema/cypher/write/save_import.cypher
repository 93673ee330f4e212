// 导入记录 as it is now.
// params: $street, $key (text), $properties (map)
// returns: nothing
MERGE (n:ImportRecord {key: $key})
SET n = $properties, n.street = $street
