// 供需对接 that are not there yet.
// params: $street (text), $rows (list of key, properties)
// returns: nothing
UNWIND $rows AS row
MERGE (n:Pairing {key: row.key})
ON CREATE SET n = row.properties, n.street = $street
