-- Decks that people submit: the first step of a material runs its deck as it is.
CREATE TABLE given_decks (
  calculation_id INTEGER PRIMARY KEY REFERENCES calculations (id),
  text TEXT NOT NULL,
  fort34 TEXT
) STRICT;
