"""dbutils.widgets in detail."""

import pickle

import pytest
from notebook_driver.dbutils.notebook import WorkflowException
from notebook_driver.dbutils.widgets import InputWidgetNotDefined, InvalidInputWidget, Widgets
from notebook_driver.failure import CellFailure
from py4j.protocol import Py4JJavaError


def test_when_a_default_is_no_string_then_it_is_refused() -> None:
    with pytest.raises(InvalidInputWidget, match="default value of widget n must be a string, not 3"):
        Widgets({}).text("n", 3)  # type: ignore[arg-type]


def test_when_multiselect_has_an_empty_default_then_nothing_is_chosen() -> None:
    widgets = Widgets({})
    widgets.multiselect(name="m", defaultValue="", choices=["a", "b"], label="M")
    assert widgets.get("m") == ""


def test_when_choices_are_one_string_then_they_are_refused() -> None:
    with pytest.raises(InvalidInputWidget, match="must be a list of strings"):
        Widgets({}).dropdown("d", "a", "abc")


def test_when_get_argument_has_a_fallback_then_an_unknown_widget_gives_it() -> None:
    assert Widgets({}).getArgument("x", "fallback") == "fallback"


def test_when_all_are_removed_then_none_is_defined() -> None:
    widgets = Widgets({"a": "1"})
    widgets.removeAll()
    with pytest.raises(InputWidgetNotDefined, match="No input widget named a is defined"):
        widgets.get("a")


def test_when_a_notebook_catches_an_error_of_dbutils_then_it_is_the_one_of_the_platform_and_can_be_pickled() -> None:
    """How others catch it: dbacademy's dbgems (java_exception) and nutter's common/testresult.py (pickle without the driver)."""
    with pytest.raises(Py4JJavaError, match="InputWidgetNotDefined: No input widget named a is defined") as caught:
        Widgets({}).get("a")
    assert caught.value.java_exception.getClass().getName() == "com.databricks.dbutils_v1.InputWidgetNotDefined"
    for error in (caught.value, WorkflowException("failed"), InvalidInputWidget("wrong"), CellFailure("not here")):
        pickled = pickle.dumps(error)
        assert b"notebook_driver" not in pickled
        assert str(pickle.loads(pickled)) == str(error)
