// 时段 that no pairing uses are gone; one that a pairing uses stays for its history.
// params: $street (text), $keys (list of text)
// returns: nothing
UNWIND $keys AS key
MATCH (n:Slot {key: key})
WHERE n.street = $street AND NOT EXISTS { MATCH (n)<-[:USES]-(:Pairing) }
DETACH DELETE n
