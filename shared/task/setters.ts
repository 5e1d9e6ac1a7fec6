/**
 * Which task sets which variable, by the variable's lower-cased name: so that an error can name the step that is missing.
 * Kept here, not read from the tasks, as a task must start quickly; a test holds it against tasks/<Name>/outputs.json.
 */
export const setters: Readonly<Record<string, string>> = {
  bearertoken: "DatabricksCreateBearerToken",
  bearertokenid: "DatabricksCreateBearerToken",
  bearertokenexpireson: "DatabricksCreateBearerToken",
  clusterconfigpath: "DatabricksRenderClusterConfig",
  clusterid: "DatabricksCreateCluster",
  clusterurl: "DatabricksCreateCluster",
  clustername: "DatabricksRenderClusterConfig",
  runid: "DatabricksRunNotebook",
  runurl: "DatabricksRunNotebook",
  exitvalue: "DatabricksRunNotebook",
  resultsfile: "DatabricksRunNotebook",
  artifactname: "NotebookPublishArtifact",
  artifactversion: "NotebookPublishArtifact",
  artifactdigest: "NotebookPublishArtifact",
  deployedpath: "NotebookDeployArtifact",
};
