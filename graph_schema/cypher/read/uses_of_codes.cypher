// How many rows of any street are of some categories or target groups.
// params: $street (text, empty), $keys (list of text)
// returns: uses
MATCH (c:Entity)<-[:IN_CATEGORY|TARGETS]-(n:Entity)
WHERE c.key IN $keys AND c.street = $street AND n.street <> $street
RETURN count(n) AS uses ORDER BY uses LIMIT 1
