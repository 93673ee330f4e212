// 匹配批次 is made known to those it concerns.
// params: $street, $key (text), $at (instant)
// returns: uid
MATCH (n:MatchRun {key: $key})
WHERE n.street = $street
SET n.published_at = $at, n.updated_at = $at
RETURN n.uid AS uid
