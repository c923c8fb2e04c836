count = 0


class Registry:
    items = []


def increase():
    global count
    count += 1
    Registry.items.append(count)
    return count
