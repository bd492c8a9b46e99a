"""nginx's language, by what its documentation and its messages say of words, blocks and comments; nothing of it is from
mtlsca. And the comparison of two configurations.
"""
import re


class Broken(Exception):
    """The law is broken, or text is not in nginx's language."""


SPACE = " \t\r\n"


def unescaped(raw):
    return re.sub(r'\\(["\'\\trn])', lambda found: {"t": "\t", "r": "\r", "n": "\n"}.get(found[1], found[1]), raw)


def quoted_end(text, start):
    place = start + 1
    while place < len(text) and text[place] != text[start]:
        place += 2 if text[place] == "\\" else 1
    if place >= len(text):
        raise Broken("a quote does not end")
    if place + 1 < len(text) and text[place + 1] not in SPACE + ";{)":
        raise Broken("a quoted word goes on after its quote: " + text[start:place + 9])
    return place


def bare_end(text, start):
    place = start
    while place < len(text) and text[place] not in SPACE + ";{":
        if text[place] == "\\" or text.startswith("${", place):
            place += 1
        place += 1
    return min(place, len(text))


def words(text):
    """(word, None), or (None, mark) for ; { }"""
    place = 0
    while place < len(text):
        character = text[place]
        if character == "#":
            place = text.find("\n", place) if "\n" in text[place:] else len(text)
        elif character in ";{}":
            yield None, character
            place += 1
        elif character in "\"'":
            end = quoted_end(text, place)
            yield unescaped(text[place + 1:end]), None
            place = end + 1
        elif character in SPACE:
            place += 1
        else:
            end = bare_end(text, place)
            yield unescaped(text[place:end]), None
            place = end


def directives(text):
    """(the names of the blocks around it, arguments, whether it opens a block) for each directive."""
    found, around, arguments = [], [], []
    for word, mark in words(text):
        if word is not None:
            arguments.append(word)
        elif mark == "}":
            if arguments or not around:
                raise Broken("a } that closes nothing")
            around.pop()
        else:
            if not arguments:
                raise Broken("no directive before " + mark)
            found.append((tuple(around), arguments, mark == "{"))
            if mark == "{":
                around.append(" ".join(arguments[:1]))
            arguments = []
    if arguments or around:
        raise Broken("the text ends inside a directive")
    return found


# The three forms of a pattern, without what they look for.
OF_A_ROLE = r"~^SUCCESS:(?:(?:[^,\\]|\\.)*,)*OU=", "(?:,|$)"
PATTERNS = OF_A_ROLE, ("~^", r"\z"), ("~(?:^| )", r"(?: |\z)")


def literal(argument):
    """A regular expression around literal text, as that text."""
    found = next(filter(None, (re.fullmatch(re.escape(head) + "(.*)" + re.escape(tail), argument, re.DOTALL)
                               for head, tail in PATTERNS)), None)
    if not found or not re.fullmatch(r"(?:[^\\^$.|?*+()\[\]{}]|\\[^A-Za-z0-9])*", found[1], re.DOTALL):
        return argument
    return "literally:" + re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL)


def understood(dump):
    """What must be the same for hostile and harmless values; the number in variables is a hash of the server's name."""
    return [(around, [re.sub(r"(\$mtlsca_(?:refuse|named)_)[0-9a-f]{8}", r"\1HASH", literal(argument))
                      for argument in arguments], block) for around, arguments, block in directives(dump)]


def compare(hostile, harmless, pairs):
    """`pairs`: harmless text → what must stand in its place."""
    def expected(argument):
        for known, wanted in pairs:
            argument = argument.replace(known, wanted)
        return argument

    wanted = [(around, [expected(argument) for argument in arguments], block)
              for around, arguments, block in understood(harmless)]
    actual = understood(hostile)
    for one, other in zip(actual, wanted):
        if one != other:
            raise Broken(f"nginx reads {one!r}, meant was {other!r}")
    if len(actual) != len(wanted):
        raise Broken(f"{len(actual)} directives, meant were {len(wanted)}")
