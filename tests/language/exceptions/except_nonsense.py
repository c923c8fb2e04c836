# except with what is no exception class, alone and in tuples: whatever else the tuple holds.
def run(classes):
    try:
        try:
            raise ValueError("x")
        except classes:
            print("caught")
    except TypeError as error:
        print(error)
    except ValueError:
        print("not caught")


for classes in (42, (42, ValueError), (ValueError, 42), (KeyError, (ValueError, int)), (ValueError, (KeyError,)), (), ((),)):
    run(classes)
