"""A run of unittest: its report but for the time, with tests that pass, fail, raise, and are skipped."""
import io
import re
import unittest

class Numbers(unittest.TestCase):
    def setUp(self):
        self.values = [1, 2, 3]

    def test_sum(self):
        self.assertEqual(sum(self.values), 6)

    def test_fails(self):
        self.assertEqual({"a": [1, 2]}, {"a": [1, 3]})

    def test_error(self):
        1 / 0

    @unittest.skip("not now")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.assertTrue(False)

    def test_raises(self):
        with self.assertRaises(ValueError) as caught:
            int("x")
        self.assertIn("invalid literal", str(caught.exception))
        with self.assertRaisesRegex(TypeError, "unsupported operand"):
            1 + "a"

    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)

    def test_multiline(self):
        self.assertMultiLineEqual("a\nb\n", "a\nc\n")

    def test_logs(self):
        with self.assertWarns(DeprecationWarning):
            import warnings
            warnings.warn("old", DeprecationWarning)

    def test_chained(self):
        try:
            {}["missing"]
        except KeyError as error:
            raise RuntimeError("no such thing") from error


class Fixtures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("class set up")

    @classmethod
    def tearDownClass(cls):
        print("class torn down")

    def setUp(self):
        self.addCleanup(print, "cleaned up")

    def tearDown(self):
        print("torn down")

    def test_one(self):
        self.assertAlmostEqual(0.1 + 0.2, 0.3)
        self.assertCountEqual([3, 1, 2], [1, 2, 3])


if __name__ == "__main__":
    stream = io.StringIO()
    program = unittest.main(exit=False, verbosity=2, testRunner=unittest.TextTestRunner(stream, verbosity=2))
    text = stream.getvalue().replace(__file__, "main.py")
    print(re.sub(r"in \d+\.\d+s", "in no time", text))
    print(program.result)
