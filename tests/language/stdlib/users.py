"""`pwd` and `grp`: the users and groups there are, and those there are not."""

import grp
import os
import pwd

root = pwd.getpwuid(0)
print(root.pw_name, root.pw_uid, root.pw_gid, root == pwd.getpwnam("root"), root in pwd.getpwall())
print(grp.getgrgid(0).gr_name, grp.getgrnam("root").gr_gid, grp.getgrgid(0) in grp.getgrall())
print(os.path.expanduser("~root") == root.pw_dir)
for call in (lambda: pwd.getpwnam("nobody of that name"), lambda: pwd.getpwuid(3_999_999_999), lambda: pwd.getpwuid("0"),
             lambda: grp.getgrnam("no such group"), lambda: grp.getgrgid(3_999_999_999), lambda: grp.getgrgid(1.5)):
    try:
        call()
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
