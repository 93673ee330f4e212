// One import.
// params: $street, $key (text)
// returns: properties
MATCH (n:ImportRecord {key: $key})
WHERE n.street = $street
RETURN properties(n) AS properties ORDER BY n.uid LIMIT 1
