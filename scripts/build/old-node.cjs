// Replaces semver in a bundle, which task-lib loads to ask whether Node is older than 4.2: see standIns in task.mjs.
exports.lt = () => false;
