// Says in one sentence that Node is too old, before anything that an old Node cannot read is loaded: npm runs it first, and so does the
// notebook-ops command. It is CommonJS in the syntax of ES5, which every Node can read.
/* biome-ignore-all lint/style/useNodejsImportProtocol: an old Node does not know it */
/* biome-ignore-all lint/style/useTemplate: as above */
/* biome-ignore-all lint/complexity/useArrowFunction: as above */
"use strict";

/** As in package.json's engines. */
var oldest = [20, 19];

/** @returns the sentence, or an empty text if Node is new enough */
function nodeProblem(program) {
  var version = process.versions.node.split(".").map(Number);
  if (version[0] > oldest[0] || (version[0] === oldest[0] && version[1] >= oldest[1])) return "";
  return (
    "Could not start " +
    program +
    ": it needs Node " +
    oldest.join(".") +
    " or newer, but " +
    process.execPath +
    " is Node " +
    process.versions.node +
    "; install a newer one, for example from https://nodejs.org."
  );
}

module.exports = nodeProblem;

function refuseOldNode() {
  var problem = nodeProblem("Notebook Ops");
  if (!problem) return;
  console.error(problem);
  process.exitCode = 1;
}

if (require.main === module) refuseOldNode();
