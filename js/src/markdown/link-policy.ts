/** Which destinations become links. Everything else is shown as text with its destination named. */
const ALLOWED_SCHEMES = new Set(["http", "https", "mailto", "tel"]);

/** Browsers drop these inside a URL, so `java\tscript:` would be a scheme again. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is sought
const DROPPED = /[\u0000-\u0020\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g;

export function isSafeDestination(destination: string): boolean {
  const scheme = /^([^/?#]*?):/.exec(destination.replace(DROPPED, ""))?.[1];
  return scheme === undefined || ALLOWED_SCHEMES.has(scheme.toLowerCase());
}

/**
 * The address of an image that may be loaded, else null: over https, from one of `hosts`, each a
 * host (with its port where that is another than https's) or `*.host`, with its subdomains.
 */
export function allowedImage(destination: string, hosts: readonly string[]): string | null {
  if (hosts.length === 0 || !URL.canParse(destination)) return null;
  const { protocol, host, username, password, href } = new URL(destination);
  if (protocol !== "https:" || username !== "" || password !== "") return null;
  const allowed = hosts.some((each) =>
    each.startsWith("*.") ? `.${host}`.endsWith(each.slice(1)) : host === each,
  );
  return allowed ? href : null;
}

/** What full stops look like in an address, for a browser or for a reader. */
const DOTS = /[.\u3002\u06d4\u0701\u0702\ua4f8]/u;
const RUN = new RegExp(`(?:[\\p{L}\\p{M}\\p{N}_-]|${DOTS.source})+`, "gu");
const HIDDEN =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is sought on its own
  /[\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g;
const TOP = /^(?:xn--[a-z0-9-]+|[\p{L}\p{M}]{2,})/iu;
const NUMBERS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * The host a link leads to, if its text has the address of another one anywhere
 * (`[🔒 https://bank.example](https://evil.example)`); else null. Hosts are compared as a browser
 * resolves them, and where the text reads like one and resolves to another, it has both.
 */
export function disguisedHost(text: string, destination: string): string | null {
  const real = hostOf(destination);
  if (real === "") return null;
  const bare = (host: string) => host.replace(/^www\./, "");
  const shown = shownHosts(text, real).map((host) => hostOf(`https://${host}`) || host);
  return shown.every((host) => bare(host) === bare(real)) ? null : real;
}

/** Where a browser goes, without the port; empty for its own page, and for no page at all. */
function hostOf(address: string): string {
  const own = "own.invalid";
  const base = URL.canParse(address) ? undefined : `https://${own}`;
  if (!URL.canParse(address, base)) return "";
  const { protocol, hostname } = new URL(address, base);
  return /^https?:$/.test(protocol) && hostname !== own ? hostname.replace(/\.$/, "") : "";
}

function shownHosts(text: string, real: string): string[] {
  const words = text.normalize("NFKC").replace(HIDDEN, "").split(/\s+/);
  return words.flatMap((word) => {
    const begin = /https?:[/\\]*|^[/\\]{2,}/i.exec(word);
    if (!begin)
      return (
        word
          .split(/[/\\?#]/)
          .map(namesIn)
          .find((names) => names.length > 0) ?? []
      );
    const whole = word.slice(begin.index + begin[0].length).split(/[/\\?#]/, 1)[0] ?? "";
    // the whole of it, whatever characters it has
    if (!whole.includes("@") && hostOf(`https://${whole}`) === real) return [];
    const names = namesIn(whole);
    // with its scheme a single name is an address too
    const single = names.length > 0 ? names : (whole.match(RUN)?.slice(0, 1) ?? []);
    return [...namesIn(word.slice(0, begin.index)), ...single];
  });
}

/** The names of hosts in a text without slashes. */
function namesIn(text: string): string[] {
  return (text.match(RUN) ?? []).map(nameIn).filter((name) => name !== "");
}

/** The longest part of a run of labels that reads like a host's name, or empty. */
function nameIn(run: string): string {
  if (NUMBERS.test(run)) return run;
  let [longest, begin] = ["", ""];
  for (const label of run.split(DOTS)) {
    if (label === "") {
      if (longest) break;
      begin = "";
      continue;
    }
    const top = begin && TOP.exec(label)?.[0];
    if (top) longest = begin + top;
    begin += `${label}.`;
  }
  return longest;
}
