# Tuples with named fields: os.stat_result, time.struct_time, sys.flags and their kin.
import os
import sys
import time

s = os.stat('/')
print(type(s).__name__, len(s), s.st_mode == s[0], isinstance(s, tuple), s.st_mtime_ns // 10**9 == s[8], type(s.st_mtime).__name__)
t = time.gmtime(86400 * 365)
print(t, t.tm_year, t[0], t.tm_zone, t.tm_gmtoff, len(t), t.n_fields, t.n_sequence_fields)
print(time.strftime('%Y-%m-%d %H:%M:%S %j %a', t), time.asctime(t))
print(time.struct_time(range(1, 10)))
for wrong in (range(3), range(20)):
    try:
        time.struct_time(wrong)
    except TypeError as problem:
        print(problem)
try:
    t.tm_year = 5
except AttributeError as problem:
    print(type(problem).__name__)
print(sys.version_info[:2], sys.version_info.major, sys.version_info >= (3, 14), type(sys.version_info).__name__)
print(sys.float_info.max, sys.float_info.dig, sys.int_info.bits_per_digit, sys.hash_info.width, sys.flags.optimize)
print(sys.implementation.version == sys.version_info, hasattr(sys.implementation, 'name'))
print(os.terminal_size((80, 24)), os.terminal_size((80, 24)).columns)
match t:
    case time.struct_time(year, month):
        print(year, month)
