// 服务对象 shared by all streets, a page in order of uid.
// params: $street (text), $after (text), $limit (integer)
// returns: properties
MATCH (n:TargetGroup {street: $street})
WHERE n.uid > $after
WITH n ORDER BY n.uid LIMIT $limit
RETURN properties(n) AS properties ORDER BY n.uid LIMIT $limit
