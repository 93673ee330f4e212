// 匹配批次 as it is now.
// params: $street, $key (text), $properties (map)
// returns: nothing
MERGE (n:MatchRun {key: $key})
SET n = $properties, n.street = $street
