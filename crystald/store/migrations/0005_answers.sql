-- What a person answered to a question (empty: nothing yet), and when that was carried out.
ALTER TABLE decisions ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN carried_at TEXT;
CREATE INDEX decisions_answered ON decisions (id) WHERE answer <> '' AND carried_at IS NULL;
