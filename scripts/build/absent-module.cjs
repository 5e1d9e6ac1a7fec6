// Replaces in a bundle a module of task-lib that no task needs: see standIns in task.mjs.
const absent = (name) => {
  throw new Error(
    `Could not use ${String(name)}: its module is not in this bundle; remove it from standIns in scripts/build/task.mjs.`,
  );
};
module.exports = new Proxy(absent, { get: (_target, name) => absent(name) });
