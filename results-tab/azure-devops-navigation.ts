import type { Navigation } from "./page/navigation.ts";

/** What the tab uses of https://learn.microsoft.com/javascript/api/azure-devops-extension-api/ihostnavigationservice */
export interface HostNavigation {
  getHash(): Promise<string>;
  onHashChanged(listener: (hash: string) => void): void;
}

interface Tab {
  /** The address of the organization or collection. */
  collectionUrl: string;
  project: string;
  buildId: number;
  /** The full id of the tab's contribution. */
  tab: string;
}

/** @param host undefined if the page offers no such service: links can then be copied, but do not open the result by themselves */
export function hostNavigation(host: HostNavigation | undefined, tab: Tab): Navigation {
  const { collectionUrl, project, buildId } = tab;
  const base = new URL(
    `${encodeURIComponent(project)}/_build/results`,
    collectionUrl.endsWith("/") ? collectionUrl : `${collectionUrl}/`,
  );
  base.search = new URLSearchParams({ buildId: String(buildId), view: tab.tab }).toString();
  return {
    linkTo: (id) => `${base}#${id}`,
    onHash(listener) {
      let isListening = true;
      const tell = (hash: string) => {
        if (isListening) listener(hash.replace(/^#/, ""));
      };
      host?.getHash().then(tell, () => {});
      host?.onHashChanged(tell);
      return () => {
        isListening = false;
      };
    },
  };
}
