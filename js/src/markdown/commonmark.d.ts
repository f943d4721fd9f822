/**
 * The parts of commonmark.js that the streaming parser builds on. The published types describe the
 * finished tree only; the block machine's own fields are public in practice (plain objects) and
 * have been stable since 0.28.
 */
declare module "commonmark" {
  export interface ListData {
    type: "bullet" | "ordered";
    start: number | null;
    delimiter: string | null;
    bulletChar: string | null;
    markerOffset: number;
    padding: number;
  }

  export class Node {
    constructor(type: string, sourcepos?: [[number, number], [number, number]]);
    readonly type: string;
    /** [[first line, column], [last line, column]], counted from 1. */
    readonly sourcepos: [[number, number], [number, number]];
    level: number;
    info: string | null;
    _parent: Node | null;
    _prev: Node | null;
    _next: Node | null;
    _firstChild: Node | null;
    _lastChild: Node | null;
    _open: boolean;
    _string_content: string | null;
    _literal: string | null;
    _destination: string | null;
    _title: string | null;
    _listData: ListData;
    _isFenced: boolean;
    _fenceChar: string | null;
    appendChild(child: Node): void;
    insertAfter(sibling: Node): void;
    unlink(): void;
  }

  export interface BlockRule {
    /** 0: the line continues this block; 1: it does not; 2: the line has been used up. */
    continue(machine: Machine, block: Node): 0 | 1 | 2;
    finalize(machine: Machine, block: Node): void;
    canContain(type: string): boolean;
    acceptsLines: boolean;
  }

  export type BlockStart = (machine: Machine, container: Node) => 0 | 1 | 2;

  export interface Reference {
    destination: string;
    title: string;
  }

  export interface Delimiter {
    cc: number;
    numdelims: number;
    origdelims: number;
    node: Node;
    previous: Delimiter | null;
    next: Delimiter | null;
    can_open: boolean;
    can_close: boolean;
  }

  export interface Bracket {
    /** Where in the subject its `[` is. */
    index: number;
    previous: Bracket | null;
  }

  export interface InlineMachine {
    subject: string;
    pos: number;
    delimiters: Delimiter | null;
    brackets: Bracket | null;
    refmap: Record<string, Reference>;
    options: object;
    match(pattern: RegExp): string | null;
    scanDelims(
      charCode: number,
    ): { numdelims: number; can_open: boolean; can_close: boolean } | null;
    handleDelim(charCode: number, block: Node): boolean;
    removeDelimiter(delimiter: Delimiter): void;
    parse(block: Node): void;
    parseString(block: Node): boolean;
    parseOpenBracket(block: Node): boolean;
    parseCloseBracket(block: Node): boolean;
    parseBang(block: Node): boolean;
    parseBackticks(block: Node): boolean;
    parseHtmlTag(block: Node): boolean;
    parseBackslash(block: Node): boolean;
    parseLinkDestination(): string | null;
    parseReference(source: string, refmap: Record<string, Reference>): number;
    processEmphasis(bottom: Delimiter | null): void;
  }

  export interface Machine {
    doc: Node;
    tip: Node | null;
    oldtip: Node;
    currentLine: string;
    lineNumber: number;
    offset: number;
    column: number;
    nextNonspace: number;
    nextNonspaceColumn: number;
    indent: number;
    indented: boolean;
    blank: boolean;
    partiallyConsumedTab: boolean;
    allClosed: boolean;
    lastMatchedContainer: Node;
    lastLineLength: number;
    refmap: Record<string, Reference>;
    blocks: Record<string, BlockRule>;
    blockStarts: BlockStart[];
    inlineParser: InlineMachine;
    findNextNonspace(): void;
    advanceNextNonspace(): void;
    advanceOffset(count: number, columns: boolean): void;
    closeUnmatchedBlocks(): void;
    addChild(type: string, offset: number): Node;
    addLine(): void;
    finalize(block: Node, lineNumber: number): void;
    incorporateLine(line: string): void;
  }

  export const Parser: new (options?: object) => Machine;
}
