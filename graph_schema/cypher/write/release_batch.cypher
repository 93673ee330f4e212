// A batch is released.
// params: $street, $key (text), $at (instant)
// returns: nothing
MATCH (n:Entity {key: $key})
WHERE n.street = $street AND n:Batch
SET n.released_at = coalesce(n.released_at, $at), n.updated_at = $at
