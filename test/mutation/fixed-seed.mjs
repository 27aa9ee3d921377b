// Loaded before every test file of a mutation run: the same mutants must die in each run.
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_240_229 });
