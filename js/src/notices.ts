/** What the reader should know beside the text: notices, and a retry that is counted down. */
import { element, ICONS, icon, setText } from "./elements";
import { figures } from "./figures";
import { MOST, type Transcript } from "./transcript";
import type { NoticeLevel } from "./wire";
import { retryWords } from "./words";

export interface Notices {
  readonly element: HTMLElement;
  update(transcript: Transcript): void;
  tick(elapsedS: number): void;
  /** A sentence of the page's own. */
  add(level: NoticeLevel, text: string): void;
}

export function createNotices(document: Document): Notices {
  const given = element(document, "div", "given");
  const own = element(document, "div", "own");
  const retryText = element(document, "span", "notice-text");
  const retry = notice("warning", retryText);
  retry.classList.add("nbstream-retry");
  const many = `Only ${MOST.toLocaleString("en-US")} notices, attachments and attempts are shown.`;
  const full = notice("warning", element(document, "span", "notice-text", many));
  const all = element(document, "div", "notices", given, full, retry, own);
  let untilS: number | null = null;
  let cause = "";

  function notice(level: NoticeLevel, text: HTMLElement): HTMLElement {
    const line = element(
      document,
      "div",
      "notice",
      icon(document, level === "warning" ? ICONS.warning : ICONS.info),
      text,
    );
    line.dataset["level"] = level;
    return line;
  }
  const said = (level: NoticeLevel, text: string) =>
    notice(level, element(document, "span", "notice-text", text));

  return {
    element: all,
    update(transcript) {
      const { notices } = transcript;
      if (notices.length < given.childElementCount) given.replaceChildren();
      for (const { level, text } of notices.slice(given.childElementCount)) {
        given.append(said(level, text));
      }
      const { attachments, resets, resumes } = transcript;
      full.hidden = [notices, attachments, resets, resumes].every(({ length }) => length < MOST);
      const pending = figures(transcript).retry;
      retry.hidden = pending === null;
      untilS = pending?.untilS ?? null;
      cause = pending?.cause ?? "";
    },
    tick(elapsedS) {
      if (untilS !== null) setText(retryText, retryWords(cause, untilS - elapsedS));
    },
    add(level, text) {
      own.append(said(level, text));
    },
  };
}
