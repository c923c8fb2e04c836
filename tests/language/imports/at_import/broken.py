print("broken")
table = {}
value = table["absent"]
