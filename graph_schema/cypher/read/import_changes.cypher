// Rows as they were before an import changed them, a page in order of uid.
// params: $street, $import (text), $limit (integer)
// returns: key, uid, before, released
MATCH (n:ImportChange {street: $street, import_uid: $import})
RETURN n.key AS key, n.uid AS uid, n.before AS before, coalesce(n.released, false) AS released ORDER BY n.uid LIMIT $limit
