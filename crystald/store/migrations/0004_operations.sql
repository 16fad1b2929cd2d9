-- The symmetry that the file of a structure names: a list of operations such as x,y,z.
ALTER TABLE structures ADD COLUMN operations TEXT NOT NULL DEFAULT '[]';
