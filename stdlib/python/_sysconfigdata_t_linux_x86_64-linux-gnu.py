"""What `sysconfig` says about how this Python was built: there are no headers and nothing to link with."""

build_time_vars = {
    'ABIFLAGS': 't',
    'CONFIG_ARGS': '--disable-gil',
    'EXT_SUFFIX': '.cpython-314t-x86_64-linux-gnu.so',
    'HAVE_FORK': 1,
    'MULTIARCH': 'x86_64-linux-gnu',
    'Py_DEBUG': 0,
    'Py_ENABLE_SHARED': 0,
    'Py_GIL_DISABLED': 1,
    'Py_HASH_ALGORITHM': 0,
    'SIZEOF_VOID_P': 8,
    'SOABI': 'cpython-314t-x86_64-linux-gnu',
    'VERSION': '3.14',
    'WITH_DOC_STRINGS': 1,
    'exec_prefix': '/usr',
    'prefix': '/usr',
}
