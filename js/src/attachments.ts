/** What went into the prompt beside its words: a chip each, with its size. */
import { element } from "./elements";
import { visible } from "./markdown/invisible";
import type { Transcript } from "./transcript";
import { attachmentWords, sizeWords } from "./words";

export interface Attachments {
  readonly element: HTMLElement;
  update(transcript: Transcript): void;
}

export function createAttachments(document: Document): Attachments {
  const list = element(document, "div", "attachments");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", "Attached to the prompt");
  list.hidden = true;
  return {
    element: list,
    update({ attachments }) {
      if (attachments.length < list.childElementCount) list.replaceChildren();
      for (const attachment of attachments.slice(list.childElementCount)) {
        const name = element(document, "span", "attachment-name", attachment.name);
        const size = element(document, "span", "attachment-size", sizeWords(attachment));
        const chip = element(document, "div", "attachment", name, " ", size);
        chip.setAttribute("role", "listitem");
        chip.title = visible(attachmentWords(attachment));
        list.append(chip);
      }
      list.hidden = attachments.length === 0;
    },
  };
}
