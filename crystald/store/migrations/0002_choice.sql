-- What the submitter chooses from, where limits of runs and steps have a say: the first rows of
-- each run and step are found without walking over the others.
CREATE INDEX calculations_ready_by_step ON calculations
  (run_id, step, priority DESC, position DESC, id) WHERE state = 'ready' AND held = 0;
CREATE INDEX calculations_unsettled ON calculations (run_id, step)
  WHERE state IN ('recovering', 'decision');
