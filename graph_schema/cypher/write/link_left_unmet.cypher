// What a run left unmet, and why.
// params: $street (text), $key (of the run), $rows (list of key, quantity, reason, funnel)
// returns: linked
UNWIND $rows AS row
MATCH (a:MatchRun {key: $key})
MATCH (b:Entity {key: row.key})
WHERE a.street = $street AND b.street = $street AND b:Need
MERGE (a)-[r:LEFT_UNMET]->(b)
SET r.quantity = row.quantity, r.reason = row.reason, r.funnel = row.funnel
RETURN count(r) AS linked
