// No category may serve another, until this is written anew.
// params: $street (text, empty)
// returns: nothing
MATCH (r:Category {street: $street})-[s:CAN_SATISFY]->(:Category)
DELETE s
