// 供需对接 hold the key that only one in force may hold.
// params: $street (text), $rows (list of key, active_key)
// returns: nothing
UNWIND $rows AS row
MATCH (n:Pairing {key: row.key})
WHERE n.street = $street AND n.state = 'suggested'
SET n.active_key = row.active_key
