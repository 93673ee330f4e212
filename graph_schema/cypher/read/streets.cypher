// Every subdistrict, of all streets.
// params: $limit (integer)
// returns: properties
MATCH (n:AdminDivision {level: 'subdistrict'})
WHERE n.uid = n.street
RETURN properties(n) AS properties ORDER BY n.uid LIMIT $limit
