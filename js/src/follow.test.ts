import { beforeEach, expect, test } from "vitest";
import { type Follow, followEnd } from "./follow";

let box: HTMLElement;
let follow: Follow;
let changes: boolean[];

/** A box of 100 px whose content is `height`; scrolling is told as the browser tells it. */
function grow(height: number): void {
  Object.defineProperty(box, "scrollHeight", { value: height, configurable: true });
}

function scrollTo(top: number): void {
  box.scrollTop = Math.min(top, box.scrollHeight - 100);
  box.dispatchEvent(new Event("scroll"));
}

function wheel(deltaY: number): void {
  box.dispatchEvent(new WheelEvent("wheel", { deltaY }));
  scrollTo(box.scrollTop + deltaY);
}

beforeEach(() => {
  box = document.createElement("div");
  Object.defineProperty(box, "clientHeight", { value: 100 });
  let top = 0;
  Object.defineProperty(box, "scrollTop", {
    get: () => top,
    set: (value: number) => {
      top = Math.max(0, Math.min(value, box.scrollHeight - 100));
    },
  });
  changes = [];
  follow = followEnd(box, new AbortController().signal, (value) => changes.push(value));
  grow(1000);
  follow.keep();
});

test("it stays at the end while the content grows", () => {
  grow(1500);
  follow.keep();
  expect(box.scrollTop).toBe(1400);
});

test("it lets go when the reader scrolls up", () => {
  wheel(-300);
  grow(1500);
  follow.keep();
  expect(box.scrollTop).toBe(600);
  expect(changes).toEqual([false]);
});

test("away from the end the text stays where heights above it change", () => {
  expect(box.style.overflowAnchor).toBe("");
  wheel(-300);
  expect(box.style.overflowAnchor).toBe("auto");
  follow.jump();
  expect(box.style.overflowAnchor).toBe("");
});

test("it lets go on a key that looks back", () => {
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "PageUp" }));
  expect(follow.following).toBe(false);
});

test("it follows again after a movement down that ends near the end", () => {
  wheel(-300);
  wheel(50);
  expect(follow.following).toBe(false);
  wheel(200);
  expect(follow.following).toBe(true);
  expect(changes).toEqual([false, true]);
});

test("a scroll that no gesture made does not let go", () => {
  scrollTo(500);
  expect(follow.following).toBe(true);
});

test("a box that needs no scrolling never lets go", () => {
  grow(80);
  wheel(-50);
  expect(follow.following).toBe(true);
});

test("dragging the scroll bar up lets go", () => {
  box.dispatchEvent(new Event("pointerdown"));
  scrollTo(300);
  expect(follow.following).toBe(false);
});

test("a jump goes to the end and follows", () => {
  wheel(-300);
  follow.jump();
  expect(box.scrollTop).toBe(900);
  expect(follow.following).toBe(true);
});

test("it lets go when the reader selects something in it", () => {
  document.body.append(box);
  box.textContent = "words";
  getSelection()?.selectAllChildren(box);
  document.dispatchEvent(new Event("selectionchange"));
  expect(follow.following).toBe(false);
  getSelection()?.removeAllRanges();
  box.remove();
});
