/** Markdown as models write it, in any length, the same for the same seed; and shapes that hurt. */

const WORDS =
  `a about after all and answer any array as at average because before begin between body
both buffer by cache call can change check class close column count data date default delta each end
error even every example field file filter find first for frame from function given group hash how
if in index input into is it item join kernel key last layer left length line list load longer map
match mean memory message method model more name need new next no node not notebook number object of
on once one only open or order out over page pair path plan point price query queue rate read record
result retry right row rule same sample scale schema score search second select send series server
set shape short should show since size slice so some sort source split stage start state step still
stream table task tensor test than that the their then there these they this through time to token
total tree type under unit until update use value vector view wait we weight what when where which
while why width will window with without word worker write yet zero`.split(/\s+/);

/** Numbers in [0, 1) by mulberry32. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Writer {
  constructor(seed) {
    this.random = createRandom(seed);
  }

  number(least, most) {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  one(choices) {
    return choices[Math.floor(this.random() * choices.length)];
  }

  word() {
    return this.one(WORDS);
  }

  words(count) {
    return Array.from({ length: count }, () => this.word()).join(" ");
  }

  name() {
    return `${this.word()}_${this.word()}`;
  }

  phrase() {
    const kind = this.random();
    if (kind < 0.04) return `**${this.words(2)}**`;
    if (kind < 0.06) return `*${this.word()}*`;
    if (kind < 0.12) return `\`${this.name()}(${this.word()})\``;
    if (kind < 0.135) return `[${this.words(2)}](https://example.com/${this.word()})`;
    if (kind < 0.14) return `[${this.words(2)}][source-${this.number(1, 3)}]`;
    return this.word();
  }

  sentence() {
    const text = Array.from({ length: this.number(7, 20) }, () => this.phrase()).join(" ");
    return text[0].toUpperCase() + text.slice(1) + this.one([".", ".", ".", ":", "?"]);
  }

  paragraph() {
    return Array.from({ length: this.number(2, 5) }, () => this.sentence()).join(" ");
  }

  list() {
    const ordered = this.random() < 0.4;
    let text = "";
    for (let i = 1; i <= this.number(3, 8); i++) {
      const marker = ordered ? `${i}. ` : "- ";
      text += `${marker}${this.sentence()}\n`;
      if (this.random() < 0.3) text += `${" ".repeat(marker.length)}- ${this.sentence()}\n`;
    }
    return text;
  }

  table() {
    const columns = this.number(3, 5);
    const row = (cell) => `| ${Array.from({ length: columns }, cell).join(" | ")} |\n`;
    let text = row(() => this.word()) + row(() => this.one(["---", ":--", "--:", ":-:"]));
    for (let i = this.number(3, 12); i > 0; i--) {
      text += row(() => (this.random() < 0.4 ? String(this.number(0, 99_999)) : this.phrase()));
    }
    return text;
  }

  fence(language, length) {
    const write = { python: this.python, ts: this.typescript, html: this.html, sql: this.sql };
    let code = "";
    while (code.length < length) code += write[language].call(this);
    return `\`\`\`${language}\n${code}\`\`\`\n`;
  }

  python() {
    return this.one([
      () =>
        `def ${this.name()}(${this.word()}: list[float], limit: int = ${this.number(1, 99)}) -> float:\n` +
        `    """The ${this.words(6)}."""\n    total = 0.0\n` +
        `    for i, x in enumerate(${this.word()}):\n` +
        `        if i % ${this.number(2, 9)} == 0 and x is not None:  # ${this.words(4)}\n` +
        `            total += x * ${this.number(1, 999)} / 7.5\n    return total\n\n\n`,
      () =>
        `@dataclass(frozen=True)\nclass ${this.word()}${this.number(1, 99)}(Protocol):\n` +
        `    ${this.word()}: str = "${this.words(3)}"\n    ${this.word()}: int = ${this.number(0, 999)}\n\n\n`,
      () =>
        `${this.name()} = [${Array.from({ length: 8 }, () => this.number(0, 999)).join(", ")}]\n` +
        `print(f"${this.words(2)}: {${this.name()}!r}", file=sys.stderr)\n`,
    ])();
  }

  typescript() {
    return (
      `export async function ${this.word()}(${this.word()}: Map<string, number>): Promise<void> {\n` +
      `  const found = /^${this.word()}[a-z]+\\d*$/u; // ${this.words(4)}\n` +
      `  for (const [key, value] of ${this.word()}) {\n` +
      `    if (found.test(key)) console.log(\`\${key}: \${value ?? "${this.word()}"}\`);\n  }\n}\n\n`
    );
  }

  html() {
    return (
      `<section class="${this.word()}" id="${this.word()}-${this.number(1, 99)}">\n` +
      `  <!-- ${this.words(4)} -->\n  <a href="https://example.com/${this.word()}">${this.words(3)} &amp; more</a>\n` +
      `</section>\n`
    );
  }

  sql() {
    return (
      `SELECT ${this.word()}, count(*) AS n FROM ${this.name()}\n` +
      `WHERE ${this.word()} > ${this.number(1, 999)} AND ${this.word()} = '${this.word()}'\n` +
      `GROUP BY 1 ORDER BY n DESC LIMIT ${this.number(5, 50)}; -- ${this.words(3)}\n`
    );
  }

  block() {
    const kind = this.random();
    if (kind < 0.42) return this.paragraph();
    if (kind < 0.52) return `${"#".repeat(this.number(2, 4))} ${this.words(3)}`;
    if (kind < 0.66) return this.list();
    if (kind < 0.73) return this.table();
    if (kind < 0.83) return this.fence("python", this.number(300, 1500));
    if (kind < 0.88) return this.fence("ts", this.number(300, 1200));
    if (kind < 0.91) return this.fence("html", this.number(300, 900));
    if (kind < 0.94) return this.fence("sql", this.number(200, 900));
    if (kind < 0.97) return `> ${this.sentence()}\n> ${this.sentence()}\n>\n> - ${this.sentence()}`;
    if (kind < 0.98) return "---";
    return `A share of $x_${this.number(1, 9)}^2 / n$ in all:\n\n$$\n\\sum_i x_i^2 = n\n$$`;
  }
}

/** What comes again and again in a long answer, so that its first and last tenth are alike. */
const CYCLE = 50_000;

/** An answer of about `size` characters, a fifth of it one long script where that is 2 KB or more. */
function answer(writer, size) {
  const parts = [`# ${writer.words(4)}`];
  const blocks = [];
  let length = 0;
  let script = size >= 10_000 ? size / 5 : 0;
  for (let i = 0; length < size; ) {
    let part;
    if (script > 0 && length > size * 0.4) {
      part = writer.fence("python", script);
      script = 0;
    } else {
      if (length < CYCLE) blocks.push(writer.block());
      part = blocks[i++ % blocks.length];
    }
    parts.push(part);
    length += part.length + 2;
  }
  const sources = [1, 2, 3].map((n) => `[source-${n}]: https://example.com/${n} "Source ${n}"`);
  return `${[...parts, sources.join("\n")].join("\n\n")}\n`;
}

const SHAPES = {
  answer,
  list: (writer, size) =>
    repeat(size, () => {
      const code = `  \`\`\`python\n  ${writer.name()} = ${writer.number(1, 99)}  # ${writer.word()}\n  \`\`\``;
      return `- **${writer.word()}** ${writer.words(14)}\n  - ${writer.words(3)}\n\n${code}\n\n`;
    }),
  quote: (writer, size) => repeat(size, () => `> ${writer.words(12)}\n>\n`),
  table: (writer, size) =>
    `| a | b | c |\n|---|---|--:|\n${repeat(
      size,
      () => `| ${writer.word()} | **${writer.words(2)}** | ${writer.number(0, 999)} |\n`,
    )}`,
  paragraph: (writer, size) => repeat(size, () => `${writer.phrase()} `),
  code: (writer, size) => writer.fence("python", size),
};

function repeat(size, write) {
  const parts = [];
  for (let length = 0; length < size; length += parts.at(-1).length) parts.push(write());
  return parts.join("");
}

/** A text of `shape` and about `size` characters. */
export function createText(shape, size) {
  return SHAPES[shape](new Writer(7), size);
}

/** `text` in pieces of 1 to 7 characters, as tokens come. */
export function deltasOf(text) {
  const random = createRandom(3);
  const deltas = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.floor(random() * 7);
    deltas.push(text.slice(at, at + length));
    at += length;
  }
  return deltas;
}
