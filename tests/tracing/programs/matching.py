# needs 3.10
def kind(value):
    match value:
        case 0 | 1:
            return "small"
        case [first, *rest] if rest:
            return first
        case {"key": found}:
            return found
        case _:
            return None


kinds = [kind(1), kind([2, 3]), kind({"key": 4}), kind("x")]
