// 资源 are ours until the end of the transaction; keys in order, so that two never wait for each other.
// params: $street (text), $keys (sorted list of text)
// returns: locked
UNWIND $keys AS key
MATCH (n:Entity {key: key})
WHERE n.street = $street AND n:Resource
SET n.lock = coalesce(n.lock, 0) + 1
RETURN count(n) AS locked
