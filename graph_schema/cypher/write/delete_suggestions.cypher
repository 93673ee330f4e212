// Pairings that runs only suggested are gone, and what leads to and from them.
// params: $street (text), $keys (list of text)
// returns: nothing
UNWIND $keys AS key
MATCH (n:Pairing {key: key})
WHERE n.street = $street AND n.state IN ['suggested', 'withdrawn']
DETACH DELETE n
