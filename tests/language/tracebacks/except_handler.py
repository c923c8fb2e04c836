# After handling one error the program goes on, a later one still ends it.

try:
    raise ValueError("handled")
except ValueError as error:
    print("handled", error)

with open("out.txt", "w") as file:
    file.write("text")
    print("written")
    file.missing()
