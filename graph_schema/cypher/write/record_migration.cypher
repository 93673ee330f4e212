// A migration was applied, shared by all streets.
// params: $street (text, empty), $key, $uid, $name (text), $at (instant)
// returns: nothing
MERGE (n:SchemaMigration {key: $key})
ON CREATE SET n.uid = $uid, n.street = $street, n.name = $name, n.created_at = $at, n.updated_at = $at
