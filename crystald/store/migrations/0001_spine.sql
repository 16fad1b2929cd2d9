-- The spine: who owns the home, what is to be calculated, what was tried, what came of it.

CREATE TABLE lease (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  held INTEGER NOT NULL CHECK (held IN (0, 1)),
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  since_at TEXT NOT NULL
) STRICT;
INSERT INTO lease VALUES (1, 0, 0, 0, '', 0, '', '', '');

CREATE TABLE materials (
  material_id TEXT PRIMARY KEY,
  formula TEXT NOT NULL,
  dimensionality INTEGER NOT NULL CHECK (dimensionality BETWEEN 0 AND 3),
  space_group INTEGER,
  source_type TEXT NOT NULL,
  source_file TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX materials_by_formula ON materials (formula, dimensionality);

CREATE TABLE structures (
  id INTEGER PRIMARY KEY,
  material_id TEXT NOT NULL REFERENCES materials (material_id),
  kind TEXT NOT NULL CHECK (kind IN ('submitted', 'final')),
  cell_ang TEXT NOT NULL,
  numbers TEXT NOT NULL,
  positions_ang TEXT NOT NULL,
  periodicity INTEGER NOT NULL CHECK (periodicity BETWEEN 0 AND 3),
  fingerprint TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX structures_by_material ON structures (material_id, id);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  workflow TEXT NOT NULL,
  plan TEXT NOT NULL,
  plan_sha256 TEXT NOT NULL,
  request_id TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE calculations (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  material_id TEXT NOT NULL REFERENCES materials (material_id),
  structure_id INTEGER NOT NULL REFERENCES structures (id),
  step TEXT NOT NULL,
  position INTEGER NOT NULL,
  directory TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'submitting', 'queued', 'running',
    'ended', 'recovering', 'decision', 'skipped', 'done', 'failed', 'cancelled')),
  held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  priority INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  progressed INTEGER NOT NULL DEFAULT 0 CHECK (progressed IN (0, 1)),
  pictured INTEGER NOT NULL DEFAULT 0 CHECK (pictured IN (0, 1)),
  standin INTEGER NOT NULL DEFAULT 0 CHECK (standin IN (0, 1)),
  reason TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (run_id, material_id, step)
) STRICT;
CREATE INDEX calculations_held ON calculations (run_id, id) WHERE held = 1;
CREATE INDEX calculations_ready ON calculations (priority DESC, position DESC, id)
  WHERE state = 'ready' AND held = 0;
CREATE INDEX calculations_to_progress ON calculations (id)
  WHERE progressed = 0 AND state IN ('done', 'failed', 'cancelled', 'skipped');
CREATE INDEX calculations_to_picture ON calculations (id)
  WHERE pictured = 0 AND state = 'done';
CREATE INDEX calculations_by_material ON calculations (material_id, id);
CREATE INDEX calculations_by_run_state ON calculations (run_id, state, id);
CREATE INDEX calculations_done ON calculations (run_id, step) WHERE state = 'done';
CREATE INDEX calculations_by_run ON calculations (run_id, id);
CREATE INDEX calculations_by_state ON calculations (state, id);

CREATE TABLE needs (
  calculation_id INTEGER NOT NULL REFERENCES calculations (id),
  need TEXT NOT NULL,
  needed_id INTEGER NOT NULL REFERENCES calculations (id),
  PRIMARY KEY (calculation_id, need)
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_by_needed ON needs (needed_id, calculation_id);

-- How many calculations stand in each state: kept by triggers so that no listing counts rows.
-- run_id '' is the sum over all runs.
CREATE TABLE state_counts (
  run_id TEXT NOT NULL,
  state TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (run_id, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER count_new AFTER INSERT ON calculations BEGIN
  INSERT INTO state_counts VALUES (NEW.run_id, NEW.state, 1), ('', NEW.state, 1)
    ON CONFLICT (run_id, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER count_moved AFTER UPDATE OF state ON calculations WHEN OLD.state <> NEW.state BEGIN
  UPDATE state_counts SET n = n - 1 WHERE run_id IN (OLD.run_id, '') AND state = OLD.state;
  INSERT INTO state_counts VALUES (NEW.run_id, NEW.state, 1), ('', NEW.state, 1)
    ON CONFLICT (run_id, state) DO UPDATE SET n = n + 1;
END;

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  calculation_id INTEGER NOT NULL REFERENCES calculations (id),
  number INTEGER NOT NULL,
  token TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  directory TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('intent', 'accepted', 'running', 'ended', 'judged',
    'rejected', 'revoked', 'lost')),
  epoch INTEGER NOT NULL,
  deck_sha256 TEXT NOT NULL,
  unclaimed INTEGER NOT NULL DEFAULT 0,
  job TEXT,
  restart INTEGER NOT NULL DEFAULT 0,
  exit_code INTEGER,
  good INTEGER CHECK (good IN (0, 1)),
  cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
  witness TEXT NOT NULL DEFAULT '',
  node TEXT NOT NULL DEFAULT '',
  seconds REAL,
  why TEXT NOT NULL DEFAULT '',
  intended_at TEXT NOT NULL,
  accepted_at TEXT,
  started_at TEXT,
  ended_at TEXT,
  judged_at TEXT,
  UNIQUE (calculation_id, number)
) STRICT;
CREATE UNIQUE INDEX attempts_one_open ON attempts (calculation_id)
  WHERE state NOT IN ('judged', 'rejected', 'revoked', 'lost');
CREATE INDEX attempts_live ON attempts (id) WHERE state IN ('intent', 'accepted', 'running');
CREATE INDEX attempts_ended ON attempts (id) WHERE state = 'ended';

-- Every job of the scheduler that was ever seen for a token, the claim's holder or not.
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  attempt_id INTEGER NOT NULL REFERENCES attempts (id),
  job TEXT NOT NULL,
  claimed INTEGER NOT NULL DEFAULT 0 CHECK (claimed IN (0, 1)),
  note TEXT NOT NULL DEFAULT '',
  seen_at TEXT NOT NULL,
  UNIQUE (attempt_id, job)
) STRICT;
CREATE INDEX jobs_by_job ON jobs (job, id);

CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  token TEXT NOT NULL,
  job TEXT NOT NULL,
  restart INTEGER NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('start', 'end', 'duplicate')),
  received_at TEXT NOT NULL,
  handled INTEGER NOT NULL DEFAULT 0 CHECK (handled IN (0, 1)),
  UNIQUE (token, job, restart, event)
) STRICT;
CREATE INDEX inbox_open ON inbox (id) WHERE handled = 0;

CREATE TABLE properties (
  id INTEGER PRIMARY KEY,
  calculation_id INTEGER NOT NULL REFERENCES calculations (id),
  attempt_id INTEGER NOT NULL REFERENCES attempts (id),
  name TEXT NOT NULL,
  value_real REAL,
  value_text TEXT,
  unit TEXT NOT NULL,
  file TEXT NOT NULL,
  line INTEGER,
  UNIQUE (calculation_id, name)
) STRICT;
CREATE INDEX properties_by_name ON properties (name, value_real);

CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  calculation_id INTEGER NOT NULL REFERENCES calculations (id),
  attempt_id INTEGER NOT NULL REFERENCES attempts (id),
  suffix TEXT NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  UNIQUE (calculation_id, suffix)
) STRICT;

CREATE TABLE results (
  calculation_id INTEGER PRIMARY KEY REFERENCES calculations (id),
  attempt_id INTEGER NOT NULL REFERENCES attempts (id),
  structure_id INTEGER REFERENCES structures (id),
  program TEXT NOT NULL,
  version TEXT,
  marks TEXT NOT NULL
) STRICT;

CREATE TABLE faults (
  id INTEGER PRIMARY KEY,
  attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempts (id),
  class TEXT NOT NULL,
  line TEXT,
  line_number INTEGER
) STRICT;

CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  calculation_id INTEGER NOT NULL REFERENCES calculations (id),
  attempt_id INTEGER REFERENCES attempts (id),
  question TEXT NOT NULL,
  evidence TEXT NOT NULL,
  raised_at TEXT NOT NULL,
  answered_at TEXT
) STRICT;
CREATE INDEX decisions_open ON decisions (id) WHERE answered_at IS NULL;
CREATE INDEX decisions_by_calculation ON decisions (calculation_id, id);

-- Jobs that ended soon and alike in a row: of a run (node is empty) or of a node (run_id is empty).
CREATE TABLE fuses (
  run_id TEXT NOT NULL,
  node TEXT NOT NULL,
  count INTEGER NOT NULL,
  fault TEXT NOT NULL,
  safe INTEGER NOT NULL CHECK (safe IN (0, 1)),
  PRIMARY KEY (run_id, node)
) STRICT, WITHOUT ROWID;

CREATE TABLE excluded_nodes (
  node TEXT PRIMARY KEY,
  why TEXT NOT NULL,
  excluded_at TEXT NOT NULL
) STRICT;

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  run_id TEXT,
  calculation_id INTEGER,
  attempt_id INTEGER,
  event TEXT NOT NULL,
  before TEXT,
  after TEXT,
  text TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX journal_by_calculation ON journal (calculation_id, seq);
CREATE INDEX journal_by_run ON journal (run_id, seq);
