// The gate names the import that is not whole, or none (null).
// params: $street, $key (text), $incomplete (text or null), $at (instant)
// returns: nothing
MATCH (g:ImportGate {key: $key})
WHERE g.street = $street
SET g.incomplete_uid = $incomplete, g.updated_at = $at
