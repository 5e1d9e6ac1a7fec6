import type { ReactNode } from "react";
import { webAddress } from "../../shared/text/plain-text.ts";

interface Props {
  url: string | undefined;
  label?: string;
  title?: string;
  children: ReactNode;
}

/** A link that leaves the frame, where its address is one that a link may have; else its content alone. */
export function OutsideLink({ url, label, title, children }: Props) {
  const address = webAddress(url);
  if (!address) return <span title={title}>{children}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" aria-label={label} title={title}>
      {children}
    </a>
  );
}
