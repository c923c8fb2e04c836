import sys
FUEL = [3000]
class OutOfFuel(BaseException):
    pass
def tick():
    FUEL[0] -= 1
    if FUEL[0] < 0:
        FUEL[0] = 100
        raise OutOfFuel
def plain(value, depth=3):
    kind = type(value)
    name = kind.__name__
    if kind is int:
        return repr(value) if -1 << 200 < value < 1 << 200 else f'int {value.bit_length()} {value % 1000003}'
    if kind is float or kind is complex or kind is bool or kind is range or value is None or value is ...:
        return name + ' ' + repr(value)
    if kind is str or kind is bytes or kind is bytearray:
        return ascii(value) if len(value) < 300 else f'{name} {len(value)} {ascii(value[:40])} {ascii(value[-40:])}'
    if depth == 0:
        return name
    if kind is list or kind is tuple:
        return name + ' ' + ', '.join([plain(item, depth - 1) for item in value[:40]]) + f' #{len(value)}'
    if kind is set or kind is frozenset:
        return name + ' ' + ', '.join(sorted([plain(item, depth - 1) for item in value])[:40])
    if kind is dict:
        items = [plain(key, depth - 1) + ': ' + plain(item, depth - 1) for key, item in value.items()]
        return name + ' ' + ', '.join(items[:40])
    if isinstance(value, BaseExceptionGroup):
        return f'{name} {value.message!r} ' + plain(list(value.exceptions), depth - 1)
    if isinstance(value, BaseException):
        return f'{name} {plain(value.args, depth - 1)} {value} from {type(value.__cause__).__name__} ' \
            f'in {type(value.__context__).__name__} {value.__suppress_context__} {getattr(value, "__notes__", None)}'
    if kind is type:
        return 'class ' + value.__qualname__
    if kind.__module__ == '__main__':
        return name + ' ' + plain(getattr(value, '__dict__', None), depth - 1)
    return name
def show(*values):
    print(*[plain(value) for value in values], sep=' | ')
def report(error):
    show(error)
    sys.stdout.flush()
    sys.__excepthook__(type(error), error, error.__traceback__)
def section(function):
    FUEL[0] = 3000
    try:
        show(function())
    except BaseException as error:
        report(error)
    return function
def trace(function):
    def traced(*args, **kwargs):
        tick()
        result = function(*args, **kwargs)
        print(function.__name__, len(args), sorted(kwargs), plain(result, 1))
        return result
    return traced
def ident(function):
    return function
def give(value):
    return lambda function: value
class Context:
    def __init__(self, value, swallow=()):
        self.value = value
        self.swallow = swallow
    def __enter__(self):
        print('enter', plain(self.value, 1))
        return self.value
    def __exit__(self, kind, error, traceback):
        print('exit', plain(error, 1), traceback is None)
        return isinstance(error, self.swallow)
    async def __aenter__(self):
        await Pause(1)
        return self.__enter__()
    async def __aexit__(self, *args):
        await Pause(2)
        return self.__exit__(*args)
class Pause:
    def __init__(self, value):
        self.value = value
    def __await__(self):
        tick()
        return (yield self.value)
async def pause(value):
    return await Pause(value)
class Countdown:
    def __init__(self, count):
        self.count = count
    def __aiter__(self):
        return self
    async def __anext__(self):
        tick()
        if self.count <= 0:
            raise StopAsyncIteration
        self.count -= 1
        return await Pause(self.count)
def drive(coroutine):
    steps = 0
    value = None
    try:
        while True:
            value = coroutine.send(value)
            steps += 1
            if steps > 60:
                coroutine.close()
                return steps
            if steps % 17 == 0:
                coroutine.throw(ValueError('driven', steps))
            if type(value) is int:
                value += steps
    except StopIteration as stop:
        return stop.value
class Field:
    def __set_name__(self, owner, name):
        self.name = '_' + name
    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name, 0)
    def __set__(self, instance, value):
        print('set', self.name, plain(value, 1))
        setattr(instance, self.name, value)
    def __delete__(self, instance):
        delattr(instance, self.name)
class Meta(type):
    def __new__(mcls, name, bases, namespace, **kwargs):
        print('new', name, sorted(kwargs), [key for key in namespace if not key.startswith('__')])
        return super().__new__(mcls, name, bases, namespace)
    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace)
    def __call__(cls, *args, **kwargs):
        tick()
        return super().__call__(*args, **kwargs)
    def __len__(cls):
        return len(cls.__name__)
class Base:
    def __init__(self, value=0, *rest, **named):
        tick()
        self.value = value
    def __init_subclass__(cls, **kwargs):
        print('subclass', cls.__name__, sorted(kwargs))
    def method(self, step=1):
        return self.value + step
    def __eq__(self, other):
        return isinstance(other, Base) and self.value == other.value
    def __hash__(self):
        return 7
    def __repr__(self):
        return f'{type(self).__name__}({self.value!r})'
