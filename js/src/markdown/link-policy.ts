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

/**
 * The host a link leads to, if its text reads like the address of another one
 * (`[https://bank.example](https://evil.example)`); else null.
 */
export function disguisedHost(text: string, destination: string): string | null {
  const shown = /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?=[/:?#\s]|$)/iu.exec(
    text,
  )?.[1];
  const real = /^https?:\/\/(?:[^/?#@]*@)?([^/?#:]+)/i.exec(destination)?.[1];
  if (!shown || !real) return null;
  const bare = (host: string) => host.toLowerCase().replace(/^www\./, "");
  return bare(shown) === bare(real) ? null : real;
}
