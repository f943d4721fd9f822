import fc from "fast-check";
import { expect, test } from "vitest";
import streams from "../../tests/fixtures/streams.json";
import { askAgain, type Change, type Inbox, NEW_INBOX, receive } from "./inbox";
import { EMPTY, fold } from "./transcript";
import { type KernelMessage, readFrame } from "./wire";

const START = { seq: 0, at_s: 0, type: "start", version: 1, model: "m", started_at: 0 };
const text = (seq: number, words: string) => ({ seq, at_s: seq, type: "text-delta", text: words });
const frames = (after: number, ...list: { seq: number }[]): KernelMessage => ({
  type: "frames",
  after,
  frames: list,
});
const snapshot = (...list: { seq: number }[]): KernelMessage => ({
  type: "snapshot",
  frames: list,
});

function play(messages: KernelMessage[], inbox: Inbox = NEW_INBOX): Change {
  let change = receive(inbox, messages[0] as KernelMessage, 0);
  for (const message of messages.slice(1)) change = receive(change.inbox, message, 0);
  return change;
}

test("frames that follow are applied and say what they add", () => {
  const change = play([frames(-1, START), frames(0, text(1, "Hel"), text(2, "lo"))]);
  expect(change).toMatchObject({ text: "Hello", dropped: false, send: null });
  expect(change.inbox.transcript.text).toBe("Hello");
});

test("a message that was already seen changes nothing", () => {
  const change = play([frames(-1, START, text(1, "a")), frames(-1, START, text(1, "a"))]);
  expect(change).toMatchObject({ text: "", send: null });
  expect(change.inbox.transcript.text).toBe("a");
});

test("a gap asks for a snapshot once and leaves what is there", () => {
  const first = play([frames(-1, START, text(1, "a")), frames(2, text(3, "c"))]);
  expect(first.send).toEqual({ type: "sync", seq: 1 });
  const second = receive(first.inbox, frames(3, text(4, "d")), 0);
  expect(second.send).toBeNull();
  expect(second.inbox.transcript.text).toBe("a");
});

test("a snapshot closes the gap and adds only what was not shown", () => {
  const gap = play([frames(-1, START, text(1, "a")), frames(2, text(3, "c"))]);
  const change = receive(gap.inbox, snapshot(START, text(3, "abc")), 0);
  expect(change).toMatchObject({ dropped: false, text: "bc" });
  expect(change.inbox).toMatchObject({ gap: false, transcript: { text: "abc", seq: 3 } });
  expect(receive(change.inbox, frames(3, text(4, "d")), 0).text).toBe("d");
});

test("after a snapshot the next gap is asked for again", () => {
  const gap = play([frames(-1, START), frames(2, text(3, "c")), snapshot(START, text(3, "abc"))]);
  expect(receive(gap.inbox, frames(5, text(6, "x")), 0).send).toEqual({ type: "sync", seq: 3 });
});

test("a snapshot that says otherwise drops what is shown", () => {
  const change = play([frames(-1, START, text(1, "wrong")), snapshot(START, text(2, "right"))]);
  expect(change).toMatchObject({ dropped: true, text: "right" });
});

test("frames before any snapshot of a page that was reloaded ask for one", () => {
  const change = receive(NEW_INBOX, frames(41, text(42, "late")), 0);
  expect(change.send).toEqual({ type: "sync", seq: -1 });
});

test("a reset drops the text and keeps what came after it in the same message", () => {
  const reset = { seq: 2, at_s: 2, type: "reset", attempt: 1, wait_s: 1, cause: "429" };
  const change = play([frames(-1, START, text(1, "a")), frames(1, reset, text(3, "b"))]);
  expect(change).toMatchObject({ dropped: true, text: "b" });
});

test("a gap that stays open is asked for again, each time later", () => {
  const gap = receive(NEW_INBOX, frames(41, text(42, "late")), 10);
  expect(askAgain(gap.inbox, 13).send).toBeNull();
  const again = askAgain(gap.inbox, 14);
  expect(again.send).toEqual({ type: "sync", seq: -1 });
  expect(askAgain(again.inbox, 18).send).toBeNull();
  expect(askAgain(again.inbox, 22).send).not.toBeNull();
});

test("frames past an open gap do not put off asking again", () => {
  const gap = receive(NEW_INBOX, frames(41, text(42, "late")), 10);
  const more = receive(gap.inbox, frames(42, text(43, "later")), 13);
  expect(askAgain(more.inbox, 14).send).not.toBeNull();
});

test("a stream that is silent is asked for ever more rarely, answers with nothing new or not", () => {
  let inbox = play([frames(-1, START)]).inbox;
  const asked: number[] = [];
  for (let at = 0; at < 100; at++) {
    const next = askAgain(inbox, at);
    inbox = next.inbox;
    if (next.send) {
      asked.push(at);
      inbox = receive(inbox, snapshot(START), at).inbox;
    }
  }
  expect(asked).toEqual([4, 12, 28, 60]);
  expect(receive(inbox, frames(0, text(1, "a")), 100).inbox.patienceS).toBe(4);
});

test("after the end nothing is asked for", () => {
  const end = { seq: 1, at_s: 1, type: "end", status: "complete" };
  expect(askAgain(play([frames(-1, START, end)]).inbox, 1e6).send).toBeNull();
});

test("however messages are cut, repeated and lost, what is drawn is the transcript's text", () => {
  const all = streams.find(({ name }) => name.startsWith("a reset"))?.frames ?? [];
  const whole = all.map(readFrame).reduce(fold, EMPTY);
  const message = fc.record({
    from: fc.nat(all.length - 1),
    count: fc.nat(all.length),
    snap: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(message), (list) => {
      let inbox = NEW_INBOX;
      let drawn = "";
      const take = (sent: KernelMessage) => {
        const change = receive(inbox, sent, 0);
        inbox = change.inbox;
        drawn = (change.dropped ? "" : drawn) + change.text;
        expect(drawn).toBe(inbox.transcript.text);
      };
      for (const { from, count, snap } of list) {
        if (snap && from + count > inbox.transcript.seq) take(snapshot(...all.slice(0, from + 1)));
        else take(frames(from - 1, ...all.slice(from, from + count + 1)));
      }
      take(snapshot(...all));
      expect(drawn).toBe(whole.text);
    }),
  );
});
