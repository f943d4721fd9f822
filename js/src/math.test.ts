import { expect, it } from "vitest";
import { render } from "./math";

// happy-dom gives MathML's elements no style
Object.defineProperty(Element.prototype, "style", {
  configurable: true,
  get(this: Element) {
    const set = (_: object, name: string, value: string) => {
      this.setAttribute("style", `${this.getAttribute("style") ?? ""}${name}: ${value};`);
      return true;
    };
    return new Proxy({}, { set });
  },
});

function drawn(tex: string, display = false): HTMLElement {
  const host = document.createElement("span");
  host.textContent = "source";
  render(tex, display, host);
  return host;
}

it.each([
  "x^2 + y_1",
  "\\frac{1}{2} \\sqrt[3]{x}",
  "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}",
  "\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}",
  "\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}",
  "\\text{for all } x \\in \\mathbb{R}, \\mathcal{L}(\\theta)",
  "\\left( \\sum_{i=1}^n x_i \\right)^2",
  "\\underbrace{a+b}_{n} \\hat{x} \\vec{v} \\color{red} z \\boxed{q}",
  "\\begin{cases} 1 & x > 0 \\\\ 0 & x \\le 0 \\end{cases}",
])("%s is drawn as MathML", (tex) => {
  const math = drawn(tex, true).firstElementChild;
  expect(math?.localName).toBe("math");
  expect(math?.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
});

it.each([
  "\\href{javascript:alert(1)}{x}",
  "\\url{javascript:alert(1)}",
  "\\href{https://evil.example}{x}",
  "\\includegraphics{https://evil.example/a.png}",
  "\\class{nbstream-cancel}{x}",
  "\\id{a}{x}",
  "\\style{position:fixed}{x}",
  "\\data{onclick=alert(1)}{x}",
  "\\htmlClass{a}{x}",
  "<img src=x onerror=alert(1)>",
  "\\text{<script>alert(1)</script>}",
  "\\color{red;background:url(https://evil.example)}x",
  "\\def\\a{\\a\\a}\\a",
  "\\def\\a#1{#1#1#1#1}\\a{\\a{\\a{\\a{\\a{\\a{x}}}}}}",
  `${"{".repeat(3000)}x${"}".repeat(3000)}`,
  `${"\\sqrt{".repeat(300)}x${"}".repeat(300)}`,
  `${"\\sqrt".repeat(800)} x`,
  `${"\\left(".repeat(300)}x${"\\right)".repeat(300)}`,
  "x".repeat(100_000),
  "\\wrong",
  "{",
])("nothing in %.40s runs, links, loads or is out of bounds", (tex) => {
  let host: HTMLElement;
  try {
    host = drawn(tex);
  } catch {
    return;
  }
  for (const element of host.querySelectorAll("*")) {
    expect(element.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on|href|src/);
      expect(value).not.toMatch(/javascript|url\(|fixed/);
    }
  }
});

it("what cannot be drawn leaves the source", () => {
  const host = document.createElement("span");
  host.textContent = "$\\wrong$";
  expect(() => render("\\wrong", false, host)).toThrow();
  expect(host.textContent).toBe("$\\wrong$");
});

it("a definition in one formula is unknown to the next", () => {
  drawn("\\gdef\\mine{x}\\mine");
  expect(() => drawn("\\mine")).toThrow();
});
