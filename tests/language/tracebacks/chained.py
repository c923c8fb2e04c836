# A chained exception prints its cause first.


class ConfigError(Exception):
    pass


def read(table):
    try:
        return table["key"]
    except KeyError as error:
        raise ConfigError("no key configured") from error


read({})
