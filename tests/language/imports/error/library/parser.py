"""Parses numbers."""


def number(text):
    return int(text)


def parse(text):
    return [number(part) for part in text.split(",")]
