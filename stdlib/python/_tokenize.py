"""The tokenizer that `tokenize` drives."""


class TokenizerIter:
    def __init__(self, readline, *, encoding=None, extra_tokens=False):
        raise NotImplementedError("tokenizing source at run time is not supported")
