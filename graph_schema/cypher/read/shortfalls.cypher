// What one run left unmet, a page in order of the need's uid.
// params: $street, $key (of the run), $after (text), $limit (integer)
// returns: need_uid, quantity, reason, funnel
MATCH (r:MatchRun {key: $key})-[left:LEFT_UNMET]->(n:Need)
WHERE r.street = $street AND n.uid > $after
RETURN n.uid AS need_uid, left.quantity AS quantity, left.reason AS reason, left.funnel AS funnel
ORDER BY need_uid LIMIT $limit
