"""A Result can be handed to another process while this one goes on asking it."""

import pickle
import threading

from tests.factories import make_result


def test_pickling_while_properties_are_kept_loses_nothing():
    failures: list[Exception] = []

    def pickle_often(result):
        try:
            pickle.dumps((result, result.framework))
        except RuntimeError as error:
            failures.append(error)

    for _ in range(300):
        result = make_result()
        thread = threading.Thread(target=pickle_often, args=(result,))
        thread.start()
        assert result.unit_row
        assert result.framework.indicator_by_code is not None
        thread.join()

    assert not failures


def test_a_state_is_a_copy_of_what_is_kept():
    result = make_result()

    state = result.__getstate__()
    assert result.unit_row

    assert "unit_row" not in state
