# A larger program: an instruction hierarchy executed by a machine object.


class Instruction:
    registry = {}

    def __init_subclass__(cls):
        Instruction.registry[cls.__name__.lower()] = cls

    def __init__(self, *operands):
        self.operands = operands

    def run(self, machine):
        raise NotImplementedError(type(self).__name__)


class Push(Instruction):
    def run(self, machine):
        machine.stack.append(int(self.operands[0]))


class Binary(Instruction):
    def run(self, machine):
        right = machine.stack.pop()
        left = machine.stack.pop()
        machine.stack.append(self.combine(left, right))


class Add(Binary):
    def combine(self, left, right):
        return left + right


class Mul(Binary):
    combine = staticmethod(lambda left, right: left * right)


class Dup(Instruction):
    def run(self, machine):
        machine.stack.append(machine.stack[-1])


class Jump(Instruction):
    def run(self, machine):
        machine.counter = int(self.operands[0])


class JumpIfLess(Instruction):
    def run(self, machine):
        if machine.stack[-1] < int(self.operands[0]):
            machine.counter = int(self.operands[1])


class Print(Instruction):
    def run(self, machine):
        machine.output.append(str(machine.stack[-1]))


class Machine:
    def __init__(self, text):
        self.program = [self.parse(line) for line in text.strip().splitlines()]
        self.stack = []
        self.output = []
        self.counter = 0

    @staticmethod
    def parse(line):
        name, *operands = line.split()
        if name not in Instruction.registry:
            raise SyntaxError(f"unknown instruction {name!r}")
        return Instruction.registry[name](*operands)

    def run(self):
        steps = 0
        while self.counter < len(self.program):
            instruction = self.program[self.counter]
            self.counter += 1
            instruction.run(self)
            steps += 1
        return steps


machine = Machine(
    """
    push 1
    print
    push 2
    mul
    jumpifless 1000 1
    print
    """
)
print(machine.run(), " ".join(machine.output), machine.stack)
for text in "pop", "instruction", "add":
    try:
        Machine(text).run()
    except Exception as error:
        print(type(error).__name__, error)
print(sorted(Instruction.registry))
