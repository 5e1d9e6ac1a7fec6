import type { ReactNode } from "react";
import { webAddress } from "../../shared/text/plain-text.ts";

interface Props {
  url: string | undefined;
  label?: string;
  title?: string;
  children: ReactNode;
}

/** A link that opens outside the frame; only its content if the address is not a web address. */
export function OutsideLink({ url, label, title, children }: Props) {
  const address = webAddress(url);
  if (!address) return <span title={title}>{children}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" aria-label={label} title={title}>
      {children}
    </a>
  );
}
