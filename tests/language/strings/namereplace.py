# What an encoding lacks is named by the name of the character.
print("é € \x00 a".encode("ascii", "namereplace"))
print("€é".encode("latin-1", "namereplace"), "€é\u0100".encode("cp1252", "namereplace"))
print("\ud800 😀 \U000e0001".encode("ascii", "namereplace"), "\ud800".encode("utf-8", "namereplace"))
try:
    b"\xff".decode("ascii", "namereplace")
except TypeError as error:
    print(error)
