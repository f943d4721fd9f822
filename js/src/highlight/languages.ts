import { diff } from "@codemirror/legacy-modes/mode/diff";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { python } from "@codemirror/legacy-modes/mode/python";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { html, xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { css } from "./css.js";
import {
  c,
  cpp,
  csharp,
  dart,
  go,
  java,
  javascript,
  json,
  kotlin,
  php,
  rust,
  scala,
  swift,
  typescript,
} from "./dialects.js";
import type { Mode } from "./mode.js";
import { julia, r } from "./science.js";
import { dockerFile, lua, ruby, shell } from "./scripts.js";
import { sql } from "./sql.js";

const NAMES: [mode: unknown, names: string][] = [
  [python, "python py python3 ipython pyi gyp"],
  [javascript, "javascript js jsx mjs cjs node"],
  [typescript, "typescript ts tsx mts cts"],
  [json, "json jsonc json5 jsonl ndjson ipynb geojson"],
  [html, "html htm xhtml vue svelte"],
  [xml, "xml svg rss xsl xslt mathml plist"],
  [css, "css scss less sass"],
  [shell, "bash sh shell zsh console shell-session terminal"],
  [sql, "sql mysql postgres postgresql psql sqlite plsql tsql duckdb bigquery"],
  [yaml, "yaml yml"],
  [r, "r rscript splus"],
  [julia, "julia jl"],
  [toml, "toml"],
  [rust, "rust rs"],
  [diff, "diff patch"],
  [go, "go golang"],
  [c, "c h"],
  [cpp, "cpp c++ cc cxx hpp hxx cuda cu"],
  [java, "java"],
  [csharp, "csharp cs c#"],
  [kotlin, "kotlin kt kts"],
  [php, "php"],
  [scala, "scala sc"],
  [dart, "dart"],
  [ruby, "ruby rb"],
  [lua, "lua"],
  [dockerFile, "dockerfile docker containerfile"],
  [swift, "swift"],
  [properties, "ini properties cfg conf dotenv env"],
];

const modes = new Map<string, Mode>();
for (const [mode, names] of NAMES) {
  for (const name of names.split(" ")) modes.set(name, mode as Mode);
}

/** The mode for the name after a fence (`py`, `C++`, `.ts`), or null: the code stays plain. */
export function modeFor(name: string): Mode | null {
  const bare = name.toLowerCase().replace(/^[{.]+|[},:{(].*$/g, "");
  return modes.get(bare) ?? null;
}
