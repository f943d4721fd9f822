// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are code of other languages
import { describe, expect, it } from "vitest";
import { modeFor } from "./languages.js";
import { LineHighlighter } from "./line-highlighter.js";

function highlight(language: string, code: string): string[] {
  const mode = modeFor(language);
  if (!mode) throw new Error(language);
  const highlighter = new LineHighlighter(mode);
  return code.split("\n").map((line) =>
    highlighter
      .advance(line)
      .map(({ text, className }) =>
        className === "" ? text : `⟨${className.replace("nbstream-tok-", "")} ${text}⟩`,
      )
      .join(""),
  );
}

/** A keyword, string or comment that each language must be seen to colour. */
const SAMPLES: [language: string, code: string, ...coloured: string[]][] = [
  ["py", 'def f(x):  # why\n    return "a"', "⟨keyword def⟩", "⟨comment # why⟩", '⟨string "a"⟩'],
  ["js", "const a = /x[/]+/g; // why", "⟨keyword const⟩", "⟨string /x[/]+/g⟩", "⟨comment // why⟩"],
  ["ts", "interface Box { a: string }", "⟨keyword interface⟩ ⟨definition Box⟩", "⟨type string⟩"],
  ["json", '{"a": [true, "b", 1.5e3]}', '⟨property "a"⟩', '⟨string "b"⟩', "⟨number 1.5e3⟩"],
  ["html", '<a href="x">y</a>', "⟨tag a⟩", '⟨string "x"⟩'],
  ["xml", "<a><!-- b --></a>", "⟨comment <!-- b -->⟩"],
  ["css", ".a > b { color: #fff; margin: 1em }", "⟨property color⟩", "⟨atom #fff⟩", "⟨number 1em⟩"],
  ["bash", 'if [ "$a" ]; then echo b; fi # c', "⟨keyword if⟩", "⟨comment # c⟩"],
  ["sql", "SELECT a FROM b -- c", "⟨keyword SELECT⟩", "⟨keyword FROM⟩", "⟨comment -- c⟩"],
  ["yaml", "a: 1 # b", "⟨atom a⟩", "⟨comment # b⟩"],
  ["r", "f <- function(x) TRUE # a", "⟨keyword function⟩", "⟨comment # a⟩"],
  ["julia", 'function f(x) "a" end', "⟨keyword function⟩", '⟨string "a"⟩'],
  ["toml", '[a]\nb = "c"', '⟨string "c"⟩'],
  [
    "rust",
    "fn f<'a>(x: &'a str) {} // b",
    "⟨keyword fn⟩ ⟨definition f⟩",
    "⟨type 'a⟩",
    "⟨type str⟩",
  ],
  ["diff", "+a\n-b", "⟨inserted +a⟩", "⟨deleted -b⟩"],
  ["go", "func f() error { return nil }", "⟨keyword func⟩", "⟨type error⟩", "⟨atom nil⟩"],
  ["c", "#include \"a.h\"\nint x = 'a';", "⟨meta #include⟩", "⟨type int⟩", "⟨string 'a'⟩"],
  ["cpp", "class A { /* a\nb */ };", "⟨keyword class⟩", "⟨comment b */⟩"],
  ["java", '@Override public int a = 1; "b"', "⟨meta @Override⟩", "⟨keyword public⟩"],
  ["cs", "public record A(string B);", "⟨keyword public⟩", "⟨type string⟩"],
  ["kotlin", 'val a = """b\nc""" // d', "⟨keyword val⟩", '⟨string c"""⟩', "⟨comment // d⟩"],
  ["ruby", "def f; :a; end # b", "⟨keyword def⟩", "⟨comment # b⟩"],
  ["lua", "local a = 1 -- b", "⟨keyword local⟩", "⟨comment -- b⟩"],
  ["dockerfile", "FROM python:3.12\nRUN a # b", "⟨keyword FROM⟩"],
  ["swift", "func f() -> Int { nil }", "⟨keyword func⟩", "⟨type Int⟩", "⟨atom nil⟩"],
  ["php", 'echo "a"; // b', "⟨keyword echo⟩", '⟨string "a"⟩'],
  ["scala", "def f = 1 // a", "⟨keyword def⟩", "⟨comment // a⟩"],
  ["dart", "final String a = 'b';", "⟨keyword final⟩ ⟨type String⟩", "⟨string 'b'⟩"],
  ["ini", "[a]\nb=c", "⟨keyword [a]⟩"],
];

describe("highlighting", () => {
  it.each(SAMPLES)("%s is coloured", (language, code, ...coloured) => {
    const lines = highlight(language, code).join("\n");
    for (const token of coloured) expect(lines).toContain(token);
  });

  it.each(SAMPLES)("%s loses and adds no character", (language, code) => {
    const mode = modeFor(language);
    if (!mode) throw new Error(language);
    const highlighter = new LineHighlighter(mode);
    for (const line of code.split("\n")) {
      const text = (tokens: { text: string }[]) => tokens.map((token) => token.text).join("");
      for (let i = 0; i <= line.length; i++) {
        expect(text(highlighter.peek(line.slice(0, i)))).toBe(line.slice(0, i));
      }
      expect(text(highlighter.advance(line))).toBe(line);
    }
  });

  it.each(SAMPLES)("%s is coloured the same however often it was looked at", (language, code) => {
    const mode = modeFor(language);
    if (!mode) throw new Error(language);
    const looked = new LineHighlighter(mode);
    const plain = new LineHighlighter(mode);
    for (const line of code.split("\n")) {
      for (let i = 0; i <= line.length; i++) looked.peek(line.slice(0, i));
      expect(looked.advance(line)).toEqual(plain.advance(line));
    }
  });

  it("follows a template through its expressions", () => {
    expect(highlight("js", "`a ${ {b: `c ${1}`} } d`; e")[0]).toBe(
      "⟨string `a ${⟩ {b: ⟨string `c ${⟩⟨number 1⟩⟨string }`⟩} ⟨string } d`⟩; e",
    );
  });

  it("knows a division from a regular expression", () => {
    expect(highlight("js", "a / b / c")[0]).toBe("a / b / c");
  });

  it("leaves an unknown language plain", () => expect(modeFor("no-such-language")).toBeNull());

  it("knows a language by the names people write after a fence", () => {
    for (const name of ["Python", "{r}", "c++", ".ts", "{python}", "JSON", "js{1,3}", "sh"]) {
      expect(modeFor(name), name).not.toBeNull();
    }
  });

  it("leaves a line too long to colour plain", () => {
    const line = `x = "${"a".repeat(3000)}"`;
    expect(highlight("py", line)[0]).toBe(line);
  });
});
