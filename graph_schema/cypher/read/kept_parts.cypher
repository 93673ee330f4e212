// Parts of a kept content, in order.
// params: $street, $content_hash (text), $after (integer: part to go on after), $limit (integer)
// returns: part, parts, content
MATCH (n:KeptContent {street: $street, content_hash: $content_hash})
WHERE n.part > $after
RETURN n.part AS part, n.parts AS parts, n.content AS content ORDER BY n.part LIMIT $limit
