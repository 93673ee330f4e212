// Which parts of a kept content are there, in order.
// params: $street, $content_hash (text), $after (integer: part to go on after), $limit (integer)
// returns: part
MATCH (n:KeptContent {street: $street, content_hash: $content_hash})
WHERE n.part > $after
RETURN n.part AS part ORDER BY n.part LIMIT $limit
