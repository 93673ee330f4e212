// Rows as they were, no longer needed.
// params: $street (text), $keys (list of text)
// returns: nothing
UNWIND $keys AS key
MATCH (n:ImportChange {key: key})
WHERE n.street = $street
DELETE n
