// Which import of a street is not whole.
// params: $street, $key (text)
// returns: incomplete_uid
MATCH (g:ImportGate {key: $key})
WHERE g.street = $street
RETURN g.incomplete_uid AS incomplete_uid ORDER BY g.key LIMIT 1
