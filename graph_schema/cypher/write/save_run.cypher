// 匹配批次 as it is now; when it was published stays.
// params: $street, $key (text), $properties (map)
// returns: nothing
MERGE (n:MatchRun {key: $key})
WITH n, n.published_at AS published
SET n = $properties, n.street = $street, n.published_at = published
