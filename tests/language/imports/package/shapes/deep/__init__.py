from ..square import Square as FromParent
