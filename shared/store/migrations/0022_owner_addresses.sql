-- Who was accepted as the owner has another address than the one that was invited (docs/adr/0038): where they are written to. Null beside
-- a person: the inviter gave none, and nobody is mailed.
ALTER TABLE connection ADD COLUMN owner_address_of text;
ALTER TABLE connection ADD COLUMN sealed_owner_address bytea;
ALTER TABLE connection ADD CHECK (sealed_owner_address IS NULL OR owner_address_of IS NOT NULL);
