// What a run was made from and what it answered, kept by its hash.
CREATE CONSTRAINT keptcontent_key_unique IF NOT EXISTS FOR (n:KeptContent) REQUIRE n.key IS UNIQUE;
CREATE INDEX keptcontent_street_content_hash_index IF NOT EXISTS FOR (n:KeptContent) ON (n.street, n.content_hash);
