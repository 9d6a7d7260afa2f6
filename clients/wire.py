"""Snappy and protobuf, written here so that remote write can be sent as no healthy sender would."""

import struct


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def part(field, content):
    """A field of bytes, text or another message."""
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def double(field, value):
    return varint(field << 3 | 1) + struct.pack("<d", value)


def integer(field, value):
    return varint(field << 3) + varint(value)


def snappy(content):
    """A Snappy block of literals alone, which compresses nothing and is sound all the same."""
    block = bytearray(varint(len(content)))
    for start in range(0, len(content), 65_536):
        piece = content[start:start + 65_536]
        block += bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece
    return bytes(block)


def write_1(series):
    """`prometheus.WriteRequest`: `series` is a list of (labels, [(value, time_ms)])."""
    message = b""
    for labels, samples in series:
        content = b"".join(part(1, part(1, name) + part(2, value)) for name, value in sorted(labels.items()))
        content += b"".join(part(2, double(1, value) + integer(2, time_ms)) for value, time_ms in samples)
        message += part(1, content)
    return message


def write_2(series):
    """`io.prometheus.write.v2.Request` of the same series."""
    symbols, numbers = [""], {"": 0}

    def number(text):
        if text not in numbers:
            numbers[text] = len(symbols)
            symbols.append(text)
        return numbers[text]

    message = b""
    for labels, samples in series:
        pairs = sorted(labels.items())
        content = part(1, b"".join(varint(number(text)) for pair in pairs for text in pair))
        content += b"".join(part(2, double(1, value) + integer(2, time_ms)) for value, time_ms in samples)
        message += part(5, content)
    return b"".join(part(4, symbol) for symbol in symbols) + message
