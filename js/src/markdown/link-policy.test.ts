import { expect, it } from "vitest";
import links from "../../../tests/fixtures/links.json";
import { disguisedHost, isSafeDestination } from "./link-policy.js";

it.each(links.allowed)("%j may be a link", (destination) => {
  expect(isSafeDestination(destination)).toBe(true);
});

it.each(links.refused)("%j may not be a link", (destination) => {
  expect(isSafeDestination(destination)).toBe(false);
});

it.each(links.disguised)(
  "the text %j of a link to %j tells of another host: %j",
  (text, to, host) => {
    expect(disguisedHost(text ?? "", to ?? "") ?? "").toBe(host);
  },
);
