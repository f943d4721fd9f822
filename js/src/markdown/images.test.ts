import { describe, expect, it } from "vitest";
import { createMarkdownView } from "./index.js";

const HOSTS = ["images.example", "*.pictures.example", "local.example:8443"];

function drawAllowing(hosts: readonly string[], text: string): HTMLElement {
  const view = createMarkdownView(document);
  view.allowImages(hosts);
  for (const char of text) {
    view.append(char);
    view.flush();
  }
  view.end();
  return view.element;
}

const loaded = (hosts: readonly string[], text: string) =>
  [...drawAllowing(hosts, text).querySelectorAll("img")].map((image) => image.src);

describe("images", () => {
  it("are links with their text where no host is allowed", () => {
    const shown = drawAllowing([], "![a cat](https://images.example/cat.png)");
    expect(shown.querySelector("img")).toBeNull();
    const link = shown.querySelector("a");
    expect([link?.textContent, link?.getAttribute("href")]).toEqual([
      "a cat",
      "https://images.example/cat.png",
    ]);
  });

  it.each([
    "https://images.example/a.png",
    "https://images.example:443/a.png",
    "https://IMAGES.example/a.png",
    "https://pictures.example/a.png",
    "https://a.b.pictures.example/a.png",
    "https://local.example:8443/a.png",
  ])("are loaded over https from an allowed host: %s", (address) => {
    expect(loaded(HOSTS, `![a](${address})`)).toEqual([new URL(address).href]);
  });

  it.each([
    "http://images.example/a.png",
    "//images.example/a.png",
    "/a.png",
    "https://evil.example/a.png",
    "https://images.example.evil.example/a.png",
    "https://evilimages.example/a.png",
    "https://sub.images.example/a.png",
    "https://evilpictures.example/a.png",
    "https://images.example@evil.example/a.png",
    "https://images.example%2f@evil.example/a.png",
    "https://evil.example\\@images.example/a.png",
    "https://user:word@images.example/a.png",
    "https://images.example:8443/a.png",
    "https://images.example./a.png",
    "https://evil.example/https://images.example/a.png",
    "data:image/svg+xml,%3Csvg%20onload=alert(1)%3E",
    "blob:https://images.example/a",
    "javascript:alert(1)",
  ])("are not loaded from anywhere else: %s", (address) => {
    expect(loaded(HOSTS, `![a](${address}) ![b][c]\n\n[c]: ${address}`)).toEqual([]);
  });

  it("tell their host nothing about the page, and load when they come into view", () => {
    const text = '[![a *cat*](https://images.example/c.png "Tom")](https://x.example)';
    const image = drawAllowing(HOSTS, text).querySelector("a > img") as HTMLImageElement;
    const { referrerPolicy, loading, alt, title } = image;
    expect([referrerPolicy, loading, alt, title]).toEqual(["no-referrer", "lazy", "a cat", "Tom"]);
  });

  it("of an answer in HTML stay text", () => {
    const html = '<img src="https://images.example/a.png">';
    const shown = drawAllowing(HOSTS, html);
    expect(shown.querySelector("img")).toBeNull();
    expect(shown.textContent?.trim()).toBe(html);
  });
});
