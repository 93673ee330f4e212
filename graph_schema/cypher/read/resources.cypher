// 资源 of a street, a page in order of uid; each filter is left out by null.
// params: $street (text), $after (text), $status, $category (text or null), $limit (integer)
// returns: properties
MATCH (n:Resource {street: $street})
WHERE n.uid > $after
  AND ($status IS NULL OR n.status = $status)
  AND ($category IS NULL OR n.category = $category)
WITH n ORDER BY n.uid LIMIT $limit
RETURN n {.*, created_at: null, updated_at: null} AS properties ORDER BY n.uid LIMIT $limit
