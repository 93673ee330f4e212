// 专项经费: rows that are not there yet; one that is there is left as it is.
// params: $street (text), $rows (list of key, properties)
// returns: created
UNWIND $rows AS row
OPTIONAL MATCH (there:Entity {key: row.key})
WITH row, there WHERE there IS NULL AND row.properties.street = $street
CREATE (n:Entity:BudgetPool)
SET n = row.properties
RETURN count(n) AS created
