/** What the local workspace has instead of an operation, or why it has none, by the path of the operation. */
const reasons: readonly [path: RegExp, reason: string][] = [
  [
    /\/unity-catalog\//,
    "it has no Unity Catalog; a volume exists as soon as a file is written below /Volumes/<catalog>/<schema>/<volume>",
  ],
  [/\/(repos|git-credentials)(\/|$)/, "it clones no Git repository; import the files into a folder instead"],
  [/\/(sql|lakeview|genie|alerts)(\/|$)/, "it has no SQL warehouse; run SQL in a notebook instead"],
  [/\/pipelines(\/|$)/, "it runs no Lakeflow (Delta Live Tables) pipeline"],
  [/\/(mlflow|serving-endpoints|vector-search|feature-store)(\/|$)/, "it has no machine learning services"],
  [/\/apps(\/|$)/, "it runs no app"],
  [/\/global-init-scripts(\/|$)/, "its clusters run no global init script"],
  [
    /\/(workspace-conf|settings|ip-access-lists|notification-destinations)(\/|$)/,
    "it has no settings of a workspace",
  ],
  [/\/token-management(\/|$)/, "it manages only the caller's own tokens, by /api/2.0/token"],
  [/\/instance-profiles(\/|$)/, "it has no instance profile"],
];

/** The sentence for an operation that the local workspace does not have. */
export function missingRoute(method: string, path: string): string {
  const reason = reasons.find(([pattern]) => pattern.test(path))?.[1];
  return `The local workspace has no route ${method} ${path}${reason ? `: ${reason}` : ""}.`;
}
