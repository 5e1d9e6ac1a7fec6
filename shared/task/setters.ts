// Generated from the tasks' outputs.json by scripts/generate.mjs.

/**
 * Which task sets which variable, by the variable's lower-cased name: so that an error can name the step that is missing. Kept here, not
 * read from the tasks, as a task must start quickly.
 */
export const setters: Readonly<Record<string, string>> = {
  bearertoken: "DatabricksCreateBearerToken",
  bearertokenid: "DatabricksCreateBearerToken",
  bearertokenexpireson: "DatabricksCreateBearerToken",
  clusterconfigpath: "DatabricksRenderClusterConfig",
  clustername: "DatabricksRenderClusterConfig",
  clusterid: "DatabricksCreateCluster",
  clusterurl: "DatabricksCreateCluster",
  runid: "DatabricksRunNotebook",
  runurl: "DatabricksRunNotebook",
  exitvalue: "DatabricksRunNotebook",
  resultsfile: "DatabricksRunNotebook",
  artifactname: "NotebookPublishArtifact",
  artifactversion: "NotebookPublishArtifact",
  artifactdigest: "NotebookPublishArtifact",
  deployedpath: "NotebookDeployArtifact",
  scenariostotal: "NotebookRunTestScenarios",
  scenariosfailed: "NotebookRunTestScenarios",
  statusrecord: "NotebookRunTestScenarios",
  teststatus: "NotebookCheckTestStatus",
};
