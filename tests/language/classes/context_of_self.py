# Bound methods as values: stored, compared, passed, called later.


class Button:
    def __init__(self, label):
        self.label = label
        self.handlers = []

    def on_click(self, handler):
        self.handlers.append(handler)
        return self

    def click(self):
        return [handler(self) for handler in self.handlers]


class Model:
    def __init__(self):
        self.clicks = 0

    def clicked(self, button):
        self.clicks += 1
        return f"{button.label} {self.clicks}"


model = Model()
button = Button("ok").on_click(model.clicked).on_click(lambda b: b.label * 2)
print(button.click(), button.click(), model.clicks)
print(model.clicked == model.clicked, model.clicked is model.clicked)
print(model.clicked == Model().clicked, Model.clicked is Model.clicked)
print(len({model.clicked, model.clicked}))
append = [].append
append(1)
append(2)
print(append.__self__, append.__name__)
upper = str.upper
print(upper("abc"), list(map(str.strip, [" a ", "b "])))
print("x".join.__name__, int.__add__(1, 2), (1).__add__(2), [1, 2].__len__())
handlers = {"up": "abc".upper, "len": "abc".__len__}
print({name: handler() for name, handler in handlers.items()})
print(repr(model.clicked).startswith("<bound method Model.clicked of <__main__.Model object at 0x"))
