"""What is made of py-spy's samples."""

from tests.bench.profiling import innermost


def test_a_function_has_the_samples_in_which_it_is_innermost() -> None:
    stacks = ['main (a.py);serve (b.py) 30', 'main (a.py) 10', 'main (a.py);<built-in method send>;serve (b.py) 60']
    assert list(innermost(stacks))[1:] == ['  90.00%  serve (b.py)', '  10.00%  main (a.py)']
