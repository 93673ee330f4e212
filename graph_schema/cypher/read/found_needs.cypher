// 需求 that hold every one of some words.
// params: $street (text), $words (list of text, folded as tokens are), $limit (integer)
// returns: properties
MATCH (n:Need {street: $street})
WHERE all(word IN $words WHERE n.tokens CONTAINS word)
RETURN n {.*, created_at: null, updated_at: null} AS properties ORDER BY n.uid LIMIT $limit
