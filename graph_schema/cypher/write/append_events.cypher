// Links are added to the chain; two writers of one number meet at its key.
// params: $street (text), $rows (list of properties)
// returns: nothing
UNWIND $rows AS row
WITH row WHERE row.street = $street
CREATE (n:Event)
SET n = row
