// 供需对接 by their keys, those in some states; a key without one is left out.
// params: $street (text), $keys (list of text), $states (list of text), $limit (integer, number of keys)
// returns: properties
UNWIND $keys AS key
MATCH (n:Pairing {key: key})
WHERE n.street = $street AND n.state IN $states
RETURN n {.*, created_at: null, updated_at: null} AS properties ORDER BY n.uid LIMIT $limit
