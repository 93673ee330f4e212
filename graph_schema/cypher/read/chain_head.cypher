// The end of a street's chain.
// params: $street (text)
// returns: seq, hash
MATCH (h:ChainHead {street: $street})
RETURN h.seq AS seq, h.hash AS hash ORDER BY h.key LIMIT 1
