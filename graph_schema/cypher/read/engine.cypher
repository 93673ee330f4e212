// Name and version of the engine.
// params: none
// returns: name, versions, edition
CALL dbms.components() YIELD name, versions, edition
WITH name, versions, edition WHERE name = 'Neo4j Kernel'
RETURN name, versions, edition ORDER BY name LIMIT 1
