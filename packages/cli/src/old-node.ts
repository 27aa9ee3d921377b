// Imported first: the packages behind the other imports end in a stack trace on a Node that is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`adit: found Node ${process.versions.node}, expected 22.18 or newer\n`);
  process.exit(78);
}
