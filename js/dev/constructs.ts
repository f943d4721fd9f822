/** All that Markdown can be, in the parts a picture shows. */
const FENCE = "```";

export const CONSTRUCTS: Record<string, string> = {
  text: `# A heading of the first level

Some *emphasis*, some **strong words**, ***both***, ~~what was said~~ and \`inline.code(x)\`. A line that
ends with two spaces  
goes on below. A [link](https://example.org/page), a bare one: https://example.org, a mail to
someone@example.org, one by reference to [the source][1], and a note.[^a]

## Second level

[It says bank.example](https://bank.example) but here it leads elsewhere:
[bank.example](https://other.example/login). [This](javascript:alert(1)) is no link. An image is one:
![A plot of both](https://example.org/plot.png). <b>HTML</b> is text. Hidden: a\u202eb\u200bc.

### Third level

> A quote, which may hold several paragraphs.
>
> > And quotes of its own, with a list:
>
> 1. one
> 2. two

#### Fourth level

---

[^a]: Notes stand at the end, with a way back.

[1]: https://example.org/source "The source"
`,
  lists: `- Apples
- Pears, of which there are
  - green ones
  - yellow ones
    - of two kinds
- Plums

1. First, with a paragraph

   that goes on after a blank line.
2. Second

   ${FENCE}sh
   pip install nbstream
   ${FENCE}
3. Third

- [x] A thing that is done
- [ ] one that is not

| Engine | Language | Tokens a second | Licence |
|:-------|:--------:|----------------:|---------|
| first  | \`C++\`  |           123.4 | MIT     |
| second | Rust     |             9.8 | **Apache 2.0**, see [its site](https://example.org) |
| third  | Python   |               — | ~~none~~ BSD |
`,
  code: `${FENCE}python
import numpy as np

@dataclass(frozen=True)
class Sample:
    """One measurement."""
    values: np.ndarray
    weight: float = 1.0  # relative

    def mean(self) -> float:
        return float(self.values.mean()) * self.weight if len(self.values) else 0.0
${FENCE}

${FENCE}sql
SELECT city, count(*) AS n FROM visits WHERE year >= 2024 GROUP BY city ORDER BY n DESC; -- most first
${FENCE}

${FENCE}diff
- old = 1
+ new = 2
${FENCE}

${FENCE}ts
export const area = (r: number): string => \`\${(Math.PI * r ** 2).toFixed(2)} m²\`; // a long line that goes on and on and on
${FENCE}

${FENCE}unknown
As it is, in a language nobody knows.
${FENCE}
`,
  math: `With $a \\ne 0$ there are two solutions of \\(ax^2 + bx + c = 0\\), and they are

$$
x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}.
$$

It costs $5 and $6. The softmax of $z \\in \\mathbb{R}^n$ is

\\[
\\begin{aligned}
\\sigma(z)_i &= \\frac{e^{z_i}}{\\sum_{j=1}^{n} e^{z_j}} \\\\
A &= \\begin{pmatrix} \\cos\\theta & -\\sin\\theta \\\\ \\sin\\theta & \\cos\\theta \\end{pmatrix}
\\end{aligned}
\\]

and one that cannot be drawn stays: $\\nonsense{x}$.
`,
};
