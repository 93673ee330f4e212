// Migrations that were applied, shared by all streets.
// params: $street (text, empty), $limit (integer)
// returns: name
MATCH (n:SchemaMigration {street: $street})
RETURN n.name AS name ORDER BY name LIMIT $limit
