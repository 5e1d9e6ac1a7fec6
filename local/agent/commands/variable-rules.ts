const namesOf = (prefix: string, names: string) => names.split(/\s+/).map((name) => `${prefix}.${name}`);

/** The variables that no step may change (Constants.ReadOnlyVariables of the agent, for builds). */
const readOnly = new Set([
  ...namesOf(
    "agent",
    "acceptteeeula builddirectory cainfo clientcert clientcertarchive clientcertkey clientcertpassword cloudid " +
      "containerid containermapping containernetwork diagnostic gituseschannel homedirectory id isselfhosted jobname " +
      "jobstatus machinename name os osarchitecture osversion proxybypasslist proxypassword proxyurl proxyusername " +
      "readonlyvariables releasedirectory retaindefaultencoding rootdirectory runmode serveromdirectory services " +
      "skipcertvalidation tempdirectory toolsdirectory usebasicauthforproxy version workfolder workingdirectory " +
      "clean.builddirectory source.git.lfs source.git.shallowfetchdepth source.skip",
  ),
  ...namesOf(
    "build",
    "artifactstagingdirectory binariesdirectory buildnumber clean definitionname gated.runci gated.shelvesetname " +
      "repository.clean repository.git.submodulecheckout repository.id repository.localpath repository.name " +
      "repository.provider repository.tfvc.workspace repository.uri sourcebranch sourcesdirectory sourcetfvcshelveset " +
      "sourceversion sourceversionauthor sourceversionmessage stagingdirectory syncsources useserverworkspaces",
  ),
  ...namesOf("common", "testresultsdirectory"),
  ...namesOf("pipeline", "repository.name workspace"),
  ...namesOf(
    "system",
    "accesstoken artifactsdirectory collectionid culture debug defaultworkingdirectory definitionid definitionname " +
      "enableaccesstoken hosttype isazurevm isdockercontainer jobattempt jobdisplayname jobid jobname phaseattempt " +
      "phasedisplayname phasename planid prefergitfrompath pullrequest.targetbranch selfmanagegitcreds servertype " +
      "sourceversionmessage stageattempt stagedisplayname stagename teamfoundationserveruri teamproject teamprojectid " +
      "workfolder",
  ),
  ...namesOf("task", "displayname publishtelemetry skiptranslatorforcheckout"),
]);

/** Whether the agent lets no step change the variable once it has a value. */
export function isReadOnlyVariable(name: string): boolean {
  return readOnly.has(name.toLowerCase());
}

/**
 * Whether a predefined variable of this name is read-only, as all are except System.Debug:
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables
 */
export function isReadOnlyWhenPredefined(name: string): boolean {
  return /^(agent|build|common|environment|pipeline|strategy|system)\.(?!debug$)/i.test(name);
}

/** Whether `settableVariables.allowed` of a task.json, a list of names and globs with `*`, allows a variable. No list allows all. */
export function isSettable(name: string, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  return allowed.some((glob) => {
    const pattern = glob.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${pattern}$`, "i").test(name);
  });
}
