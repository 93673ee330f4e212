// Rows as they were; what an earlier attempt kept stays.
// params: $street (text), $rows (list of key, properties)
// returns: nothing
UNWIND $rows AS row
MERGE (n:ImportChange {key: row.key})
ON CREATE SET n = row.properties, n.street = $street
