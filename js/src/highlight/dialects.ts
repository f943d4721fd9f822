import { braces } from "./braces.js";

const C =
  "auto break case const constexpr continue default do else enum extern for goto if inline register " +
  "return sizeof static struct switch typedef union volatile while";
const C_TYPES =
  "bool char double float int long short signed size_t ssize_t uint8_t int8_t uint16_t int16_t " +
  "uint32_t int32_t uint64_t int64_t unsigned void wchar_t";
const ECMA =
  "async await break case catch class const continue debugger default delete do else export extends " +
  "finally for from function get if import in instanceof let new of return set static switch throw " +
  "try typeof var void while with yield";
const JVM =
  "abstract break case catch class continue default do else enum extends final finally for if import " +
  "instanceof interface native new package private protected public return static strictfp switch " +
  "synchronized throw throws transient try volatile while yield";

export const c = braces({ keywords: C, types: C_TYPES, atoms: "NULL" });

export const cpp = braces({
  keywords:
    `${C} alignas alignof asm catch class co_await co_return co_yield concept const_cast consteval ` +
    "decltype delete dynamic_cast explicit export final friend mutable namespace new noexcept " +
    "operator override private protected public reinterpret_cast requires static_assert " +
    "static_cast template throw try typeid typename using virtual __global__ __device__ __shared__",
  types: `${C_TYPES} string vector map set pair tuple`,
  atoms: "nullptr NULL",
});

export const java = braces({
  keywords: `${JVM} assert implements record sealed permits non-sealed var`,
  types: "boolean byte char double float int long short void",
  tripleQuotes: true,
});

export const kotlin = braces({
  keywords:
    "abstract actual annotation as break by catch class companion const constructor continue " +
    "crossinline data do else enum expect external final finally for fun get if import in infix " +
    "init inline inner interface internal is lateinit noinline object open operator out override " +
    "package private protected public reified return sealed set suspend tailrec throw try " +
    "typealias val var vararg when where while",
  tripleQuotes: true,
  nestedComments: true,
  backtick: "name",
});

export const csharp = braces({
  keywords:
    "abstract as async await base break case catch checked class const continue default delegate do " +
    "else enum event explicit extern finally fixed for foreach from get global goto if implicit in " +
    "init interface internal is join let lock nameof namespace new operator orderby out override " +
    "params partial private protected public readonly record ref required return sealed select " +
    "set sizeof stackalloc static struct switch throw try typeof unchecked unsafe using var " +
    "virtual volatile when where while with yield",
  types:
    "bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong " +
    "ushort void",
  tripleQuotes: true,
});

export const go = braces({
  keywords:
    "break case chan const continue default defer else fallthrough for func go goto if import " +
    "interface map package range return select struct switch type var",
  types:
    "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 " +
    "rune string uint uint8 uint16 uint32 uint64 uintptr",
  atoms: "iota",
  backtick: "raw",
});

export const rust = braces({
  keywords:
    "as async await break const continue crate dyn else enum extern fn for if impl in let loop " +
    "macro_rules match mod move mut pub ref return static struct trait type unsafe use where while",
  types: "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize",
  lifetimes: true,
  nestedComments: true,
});

export const swift = braces({
  keywords:
    "actor any as associatedtype async await break case catch class continue convenience default " +
    "defer deinit didSet do else enum extension fallthrough fileprivate final for func get guard if " +
    "import in indirect init inout internal is lazy let mutating nonisolated open operator " +
    "override private protocol public repeat required rethrows return set some static struct " +
    "subscript switch throw throws try typealias unowned var weak where while willSet",
  tripleQuotes: true,
  nestedComments: true,
  backtick: "name",
});

export const javascript = braces({ keywords: ECMA, backtick: "template", regexps: true });

export const typescript = braces({
  keywords:
    `${ECMA} abstract as asserts declare enum implements infer interface is keyof module namespace ` +
    "override private protected public readonly satisfies type",
  types: "any bigint boolean never number object string symbol unknown",
  backtick: "template",
  regexps: true,
});

export const json = braces({ keywords: "", keys: true });

export const php = braces({
  keywords:
    "abstract array as break case catch class clone const continue declare default do echo else " +
    "elseif enum extends final finally fn for foreach function global goto if implements include " +
    "include_once instanceof interface isset list match namespace new print private protected " +
    "public readonly require require_once return static switch throw trait try unset use var " +
    "while yield",
  types: "bool float int iterable mixed never object string void",
});

export const scala = braces({
  keywords:
    "abstract case catch class def do else enum extends export final finally for forSome given if " +
    "implicit import inline lazy match new object open override package private protected return " +
    "sealed then throw trait transparent try type using val var while with yield",
  tripleQuotes: true,
  nestedComments: true,
  backtick: "name",
});

export const dart = braces({
  keywords:
    `${ECMA} abstract as assert base covariant enum extension external factory final implements ` +
    "interface is late library mixin on operator part required rethrow sealed typedef when",
  types: "bool double dynamic int num String void",
  tripleQuotes: true,
});
