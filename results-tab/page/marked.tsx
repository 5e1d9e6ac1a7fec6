import { createContext, Fragment, useContext } from "react";
import { markedParts } from "../model/marked-parts.ts";

/** The words of the search, in lower case. */
export const SearchedWords = createContext<readonly string[]>([]);

/** A text in which the words of the search are marked. */
export function Marked({ text }: { text: string }) {
  const words = useContext(SearchedWords);
  return markedParts(text, words).map(({ at, text, isMarked }) =>
    isMarked ? (
      <mark key={at} className="found">
        {text}
      </mark>
    ) : (
      <Fragment key={at}>{text}</Fragment>
    ),
  );
}
