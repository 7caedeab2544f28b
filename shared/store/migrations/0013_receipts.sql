-- Whether the source was told what became of a delivery, where its stream tells it.

-- the end that it was last told, in the words of shared/store/telling.ts
ALTER TABLE delivery ADD COLUMN told text;
-- one process tells at a time
ALTER TABLE delivery ADD COLUMN telling_until timestamptz;
