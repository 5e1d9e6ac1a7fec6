interface Link {
  words: string;
  url: string;
}

/** Pages of the pipeline run that a job belongs to. */
interface BuildLinks {
  /** The run's page; undefined outside of a pipeline. */
  build?: string;
  all: Link[];
}

/** Made of the agent's variables; `variable` reads them. */
export function buildLinks(variable: (name: string) => string | undefined): BuildLinks {
  const collection = variable("System.CollectionUri") ?? variable("System.TeamFoundationCollectionUri");
  const project = variable("System.TeamProject");
  const buildId = variable("Build.BuildId");
  if (!collection || !project || !buildId) return { all: [] };
  const base = collection.endsWith("/") ? collection : `${collection}/`;
  const build = `${base}${encodeURIComponent(project)}/_build/results?buildId=${encodeURIComponent(buildId)}`;
  return {
    build,
    all: [
      { words: "Pipeline run", url: build },
      { words: "Tests", url: `${build}&view=ms.vss-test-web.build-test-results-tab` },
    ],
  };
}
