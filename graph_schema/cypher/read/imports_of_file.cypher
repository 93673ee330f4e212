// Applications of one file, newest first.
// params: $street, $file (text), $limit (integer)
// returns: properties
MATCH (n:ImportRecord {street: $street, file_uid: $file})
RETURN properties(n) AS properties ORDER BY n.turn DESC LIMIT $limit
