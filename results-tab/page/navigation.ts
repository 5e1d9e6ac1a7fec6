/** The address of the page around the tab. */
export interface Navigation {
  /** The address at which the tab opens at a result. */
  linkTo(id: string): string | undefined;
  /** Calls the listener with the part of the address after `#`, now and after each change. @returns a function that stops this */
  onHash(listener: (hash: string) => void): () => void;
}
