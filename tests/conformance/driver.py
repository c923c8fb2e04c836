# Runs one module of CPython's test suite and reports each test as it ends: `RESULT <outcome> <id>` lines in a file.
#
#   driver.py MODULE REPORT LEFT-OUT
#
# MODULE is imported as `test.MODULE`. REPORT gets, flushed line by line, `start ID` before a test and `OUTCOME ID` after
# it, so that what a crash or a time limit cut short is known; then `end`. LEFT-OUT is a file of how ids begin that are not
# run, without their `test.`.
# Modules that are about CPython's C interface are not there, for every Python that runs this.

import os
import sys

# A Python other than CPython skips what tests CPython's insides; so does CPython here, to be compared with.
sys.implementation.name = "other"
sys.executable = os.environ.get("CONFORMANCE_EXECUTABLE") or sys.executable

for name in (
    "_testcapi _testinternalcapi _testlimitedcapi _testclinic _testclinic_limited _testbuffer _testmultiphase "
    "_testsinglephase _testimportmultiple _ctypes_test _xxtestfuzz xxlimited xxlimited_35 xxsubtype"
).split():
    sys.modules[name] = None

import unittest


class Report(unittest.TestResult):
    """Writes each test's outcome, the worst if it has several (subtests, a failing tearDown)."""

    ORDER = ["pass", "skip", "fail", "error"]

    def __init__(self, file):
        super().__init__()
        self.file = file
        self.outcome = None

    def write(self, what, test):
        print(what, test.id(), file=self.file, flush=True)

    def note(self, outcome, details=None):
        if self.outcome is None or self.ORDER.index(outcome) > self.ORDER.index(self.outcome):
            self.outcome = outcome

    def startTest(self, test):
        super().startTest(test)
        self.outcome = None
        self.write("start", test)

    def stopTest(self, test):
        super().stopTest(test)
        self.write(self.outcome or "pass", test)

    def explain(self, test, details):
        print(f"-- {test.id()}\n{self._exc_info_to_string(details, test)}", file=sys.stderr, flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note("skip")

    def addFailure(self, test, details):
        super().addFailure(test, details)
        self.note("fail")
        self.explain(test, details)

    def addError(self, test, details):
        super().addError(test, details)
        self.note("error")
        if not isinstance(test, unittest.TestCase):
            # What failed is not a test: setUpClass, setUpModule.
            self.write("error", test)
        self.explain(test, details)

    def addSubTest(self, test, subtest, details):
        super().addSubTest(test, subtest, details)
        if details is not None:
            self.note("fail" if issubclass(details[0], test.failureException) else "error")
            self.explain(subtest, details)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note("fail")


def leave_out(suite, beginnings):
    """The tests of a suite but those whose ids begin so; suites within it stay, as fixtures depend on them."""
    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.append(leave_out(test, beginnings))
        elif not (test.id().removeprefix("test.") + "\n").startswith(beginnings):
            kept.append(test)
    return type(suite)(kept)


def main(module, report, left_out):
    with open(left_out, newline="") as file:
        beginnings = tuple(line for line in file.read().split("\0") if line)
    with open(report, "w") as file:
        from test import support

        support.use_resources = []
        loader = unittest.TestLoader()
        try:
            suite = loader.loadTestsFromName("test." + module)
        except unittest.SkipTest:
            print("skip", "test." + module, file=file)
        else:
            leave_out(suite, beginnings).run(Report(file))
        print("end", file=file)


main(*sys.argv[1:])
