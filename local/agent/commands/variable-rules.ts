/** The variables that the agent itself sets (Constants.ReadOnlyVariables of the agent, for builds). */
const readOnly =
  /^(agent\.(?!jobstatus\.).*|build\.(artifactstagingdirectory|binariesdirectory|buildid|buildnumber|definitionname|repository\..*|sourcebranch|sourcesdirectory|sourceversion|sourceversionauthor|sourceversionmessage|stagingdirectory)|common\.testresultsdirectory|pipeline\.workspace|system\.(accesstoken|artifactsdirectory|collectionid|culture|debug|defaultworkingdirectory|definitionid|definitionname|enableaccesstoken|hosttype|jobattempt|jobdisplayname|jobid|jobname|phase.*|planid|pullrequest\.targetbranchname|servertype|stage.*|teamfoundation.*))$/i;

export function isReadOnlyVariable(name: string): boolean {
  return readOnly.test(name);
}

/** Whether `settableVariables.allowed` of a task.json, a list of names and globs with `*`, allows a variable. No list allows all. */
export function isSettable(name: string, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  return allowed.some((glob) => {
    const pattern = glob.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${pattern}$`, "i").test(name);
  });
}
