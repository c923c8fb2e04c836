"""What `opcode` asks about CPython's instructions. Ashore compiles to its own: see `ashore dis`."""

__all__ = ["stack_effect"]

# There are no such instructions.
ENABLE_SPECIALIZATION = ENABLE_SPECIALIZATION_FT = False


def stack_effect(opcode, oparg=None, /, *, jump=None):
    raise NotImplementedError("code is not compiled to CPython's instructions")


def is_valid(opcode):
    return False


has_arg = has_const = has_name = has_jump = has_free = has_local = has_exc = is_valid


def get_intrinsic1_descs():
    return []


get_intrinsic2_descs = get_special_method_names = get_nb_ops = get_intrinsic1_descs


def get_executor(*, code, offset):
    return None


def get_specialization_stats():
    return None
