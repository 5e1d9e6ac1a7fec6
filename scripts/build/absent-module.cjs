// Stands in a bundle for a module of task-lib that no task needs: see standIns in task.mjs.
const absent = (name) => {
  throw new Error(
    `${String(name)} is not in this bundle: take its module off the list in scripts/build/task.mjs.`,
  );
};
module.exports = new Proxy(absent, { get: (_target, name) => absent(name) });
