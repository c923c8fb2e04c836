print("failing starts")
1 / 0
