"""Reads PTX, the text that nvcc makes of a kernel: one entry becomes a list of instructions."""

import functools
import re
from dataclasses import dataclass, field


class Wrong(Exception):
    """What a GPU would trap at, leave undefined, or what is not emulated."""


@dataclass(frozen=True)
class Register:
    name: str
    bits: int  # 1: a predicate


@dataclass(frozen=True)
class Number:
    bits: int  # negative ones as they are written
    floating: int = 0  # 32 or 64: the pattern of a floating-point number


@dataclass(frozen=True)
class Symbol:
    name: str  # a variable, or a special register ("%tid.x")


@dataclass(frozen=True)
class Memory:
    base: object
    offset: int


@dataclass
class Instruction:
    name: str
    parts: list
    operands: list
    guard: object = None  # a predicate, and whether it must be false
    negated: bool = False
    target: int = -1

    def __str__(self):
        return f"{self.name} {self.operands}"


@dataclass
class Kernel:
    name: str
    parameter_bytes: int = 0
    threads: int = 0  # of a block, and blocks of a cluster, that it is compiled for
    cluster: int = 1
    code: list = field(default_factory=list)
    shared: list = field(default_factory=list)  # name, alignment, bytes
    dynamic: dict = field(default_factory=dict)  # name of the launch's shared memory: alignment


SIZES = {"pred": 1, "b8": 8, "u8": 8, "b16": 16, "u16": 16, "s16": 16, "f16": 16, "b32": 32, "u32": 32, "s32": 32,
         "f32": 32, "b64": 64, "u64": 64, "s64": 64, "f64": 64}
TOKENS = re.compile(r"\{|\}|;|[^{};]+")
VARIABLE = re.compile(r"\.shared\s+\.align\s+(\d+)\s+\.(\w+)\s+([\w$]+)(?:\[(\d*)\])?")


@functools.lru_cache(2)
def entries(text):
    """Name of each entry: where its text begins and ends."""
    return {m.group(1): m.span() for m in re.finditer(r"\.visible \.entry (\w+)\(.*?^\}", text, re.S | re.M)}


class Reader:
    """Statements of one body. A block of its own names: registers get its number behind their names."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.scopes = [{}]
        self.opened = 0
        self.labels = {}

    def declare(self, kind, names):
        for name in names.split(","):
            name = name.strip()
            count = re.fullmatch(r"(.*)<(\d+)>", name)
            suffix = f"/{self.opened}" if len(self.scopes) > 1 else ""
            for one in [f"{count[1]}{i}" for i in range(int(count[2]))] if count else [name]:
                self.scopes[-1][one] = Register(one + suffix, SIZES[kind])

    def operand(self, text):
        text = text.strip()
        if text.startswith("{"):
            return [self.operand(t) for t in text[1:-1].split(",")]
        if text.startswith("["):
            base, _, offset = text[1:-1].partition("+")
            return Memory(self.operand(base), int(offset or 0))
        if "|" in text:
            return [self.operand(t) for t in text.split("|")]
        for scope in reversed(self.scopes):
            if text in scope:
                return scope[text]
        if re.fullmatch(r"0[fd][0-9A-Fa-f]+", text):
            return Number(int(text[2:], 16), 32 if text[1] == "f" else 64)
        if re.fullmatch(r"-?\d+|0x[0-9A-Fa-f]+", text):
            return Number(int(text, 0))
        if re.fullmatch(r"[%\w$.]+", text):
            return Symbol(text)
        raise Wrong(f"operand not understood: {text}")

    def statement(self, text):
        while match := re.match(r"\s*([$\w]+):\s*", text):
            self.labels[match[1]] = len(self.kernel.code)
            text = text[match.end():]
        text = text.strip()
        if match := re.match(r"\.reg\s+\.(\w+)\s+(.*)", text, re.S):
            self.declare(match[1], match[2])
        elif match := VARIABLE.match(text):
            bytes_ = SIZES[match[2]] // 8 * int(match[4] or 1)
            self.kernel.shared.append((match[3], int(match[1]), bytes_))
        elif text and not text.startswith(".pragma"):
            self.instruction(text)

    def instruction(self, text):
        guard = re.match(r"@(!?)([%\w]+)\s+", text)
        text = text[guard.end():] if guard else text
        name, _, rest = re.match(r"(\S+)(\s*)(.*)", text, re.S).groups()
        operands = re.findall(r"\{[^}]*\}|\[[^\]]*\]|[^,\s]+", rest)
        self.kernel.code.append(Instruction(
            name, name.split("."), [self.operand(t) for t in operands],
            self.operand(guard[2]) if guard else None, bool(guard and guard[1])))

    def scope(self, begins):
        if begins:
            self.scopes.append({})
            self.opened += 1
        else:
            self.scopes.pop()

    def body(self, text):
        gathered = ""
        for token in TOKENS.findall(text):
            begins = re.fullmatch(r"\s*([$\w]+:\s*)*", gathered)  # nothing, or labels
            if begins and token in "{}":
                self.statement(gathered)
                gathered = ""
                self.scope(token == "{")
            elif token == ";":
                self.statement(gathered)
                gathered = ""
            else:
                gathered += token
        for i in self.kernel.code:
            if i.name.split(".")[0] == "bra":
                i.target = self.labels[i.operands[0].name]


@functools.lru_cache(2)
def read_kernel(text, name):
    if name not in (spans := entries(text)):
        raise Wrong(f"no entry {name}")
    entry = re.sub(r"//[^\n]*", "", text[slice(*spans[name])])
    head, _, body = entry.partition("\n{")
    cluster = re.search(r"\.reqnctapercluster (\d+)", head)
    kernel = Kernel(name, int(re.search(r"_param_0\[(\d+)\]", head)[1]), int(re.search(r"\.maxntid (\d+)", head)[1]),
                    int(cluster[1]) if cluster else 1)
    for align, variable in re.findall(r"\.extern \.shared \.align (\d+) \.b8 (\w+)\[\]", text):
        kernel.dynamic[variable] = int(align)
    Reader(kernel).body(body.rstrip().removesuffix("}"))
    return kernel
