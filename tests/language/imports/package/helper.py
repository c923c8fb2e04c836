print("helper runs as", __name__)

VALUE = "original"


def double(x):
    return x * 2


def get():
    return VALUE


if __name__ == "__main__":
    print("never printed")
