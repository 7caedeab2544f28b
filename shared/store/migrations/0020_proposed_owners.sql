-- Another person than the owner, or than was invited, signed in in the owner's place: whoever invited says first whether that is right
-- (docs/adr/0038). Their authorization is kept that long, and nothing is read with it.
ALTER TABLE connection ADD COLUMN proposed_owner_grant_id uuid;
ALTER TABLE connection ADD FOREIGN KEY (tenant_id, proposed_owner_grant_id) REFERENCES person_grant (tenant_id, grant_id);

-- whether who signed in has the address that was invited; null: it is not known who they are, or nobody was invited
ALTER TABLE sign_in ADD COLUMN is_invited boolean;
