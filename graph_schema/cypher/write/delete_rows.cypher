// Rows of any label are gone, and what leads to and from them.
// params: $street (text), $keys (list of text)
// returns: nothing
UNWIND $keys AS key
MATCH (n:Entity {key: key})
WHERE n.street = $street
DETACH DELETE n
