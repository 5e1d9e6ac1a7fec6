import assert from "node:assert/strict";
import { link } from "../../../shared/results/markdown.ts";
import { cutMiddle, oneLine, plainText, webAddress } from "../../../shared/text/plain-text.ts";

describe("text from outside", () => {
  it("text from outside loses escape sequences, control characters and what turns or hides the text around it", () => {
    assert.equal(plainText("\u001b[31mred\u001b[0m \u001b]8;;https://a.example\u0007link"), "red link");
    assert.equal(plainText("a\u0000b\u0007c\u202ed\u2066e\u200bf\ud800g"), "abcdefg");
  });

  it("text from outside keeps tabs, lines and joined emoji", () => {
    assert.equal(plainText("a\tb\r\nc\rd"), "a\tb\nc\nd");
    assert.equal(plainText("👩\u200d🔬"), "👩\u200d🔬");
  });

  it("text from outside is cut in its middle, and says how much is left out", () => {
    assert.equal(cutMiddle("0123456789", 10), "0123456789");
    assert.equal(cutMiddle("0123456789a", 10), "01234\n… 1 characters left out …\n6789a");
    assert.equal(cutMiddle("abcdefgh", 5), "ab\n… 4 characters left out …\ngh");
  });

  it("text from outside is never cut within a character", () => {
    assert.equal(cutMiddle("a😀bcd😀e", 4), "a\n… 5 characters left out …\ne");
    assert.equal(oneLine("ab😀cd", 4), "ab…");
  });

  it("text from outside is cut to one line of a length", () => {
    assert.equal(oneLine(" a\n\tb ", 3), "a b");
    assert.equal(oneLine("a b c", 4), "a b…");
  });

  it("text from outside is a link only if it is a web address", () => {
    assert.equal(webAddress("https://a.example/x y"), "https://a.example/x%20y");
    assert.equal(webAddress("http://a.example"), "http://a.example/");
    for (const address of [
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "ms-word:x",
      "/x",
      "",
    ])
      assert.equal(webAddress(address), undefined, address);
  });

  it("text from outside cannot end the markdown link of its address, nor begin code in it", () => {
    assert.equal(
      link("run", "https://a.example/(x)?q=`a`&b=[<c>|\\d"),
      "[run](https://a.example/%28x%29?q=%60a%60&b=[%3Cc%3E%7C%5Cd)",
    );
    assert.equal(link("run", "javascript:alert(1)"), "");
  });
});
