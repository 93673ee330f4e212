// What people, money and rulings need.
CREATE CONSTRAINT budgetpool_owner_key_unique IF NOT EXISTS FOR (n:BudgetPool) REQUIRE n.owner_key IS UNIQUE;
CREATE CONSTRAINT ruling_key_unique IF NOT EXISTS FOR (n:Ruling) REQUIRE n.key IS UNIQUE;
CREATE INDEX budgetpool_street_uid_index IF NOT EXISTS FOR (n:BudgetPool) ON (n.street, n.uid);
CREATE INDEX ruling_street_uid_index IF NOT EXISTS FOR (n:Ruling) ON (n.street, n.uid);
