// Parts of contents that runs refer to; what is there stays.
// params: $street (text), $rows (list of key, properties)
// returns: nothing
UNWIND $rows AS row
MERGE (n:KeptContent {key: row.key})
ON CREATE SET n = row.properties, n.street = $street
