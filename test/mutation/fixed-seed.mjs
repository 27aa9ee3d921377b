// Loaded before every test file of a mutation run, so that the same mutants die in each run.
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_240_229 });
