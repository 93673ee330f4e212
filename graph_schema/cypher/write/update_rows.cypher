// Rows of any label get these properties and no others.
// params: $street (text), $rows (list of key, properties)
// returns: updated
UNWIND $rows AS row
MATCH (n:Entity {key: row.key})
WHERE n.street = $street
SET n = row.properties
RETURN count(n) AS updated
