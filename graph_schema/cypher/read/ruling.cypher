// One ruling, lifted or not.
// params: $street (text), $key (text)
// returns: properties
MATCH (n:Ruling {key: $key})
WHERE n.street = $street
RETURN properties(n) AS properties ORDER BY n.uid LIMIT 1
