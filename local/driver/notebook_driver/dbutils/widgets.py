"""dbutils.widgets, for Python cells and for SQL's CREATE WIDGET."""

from __future__ import annotations

from collections.abc import Sequence

from notebook_driver.dbutils.java_error import JavaError
from notebook_driver.dbutils.utility import Utility


class InputWidgetNotDefined(JavaError):
    """The platform's error for a widget that neither the notebook nor its parameters name."""

    java_class = "com.databricks.dbutils_v1.InputWidgetNotDefined"
    called = "o1.getArgument"

    def __init__(self, name: str) -> None:
        super().__init__(f"No input widget named {name} is defined")


class InvalidInputWidget(ValueError):
    """The definition of a widget is not valid."""

    def __reduce__(self) -> tuple[type[ValueError], tuple[str]]:
        return ValueError, (str(self),)


class Widgets(Utility):
    """Input widgets: a parameter of the run overrides the default."""

    def __init__(self, parameters: dict[str, str]) -> None:
        self._parameters = dict(parameters)
        self._defaults: dict[str, str] = {}

    def text(self, name: str, defaultValue: str, label: str | None = None) -> None:  # noqa: N803 (the platform's names)
        """Creates a text widget."""
        self._define(name, defaultValue)

    def dropdown(self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None) -> None:  # noqa: N803
        """Creates a dropdown widget; the default must be one of the choices."""
        self._require_choice(name, [defaultValue], choices)
        self._define(name, defaultValue)

    def combobox(self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None) -> None:  # noqa: N803
        """Creates a combobox widget; its value need not be one of the choices."""
        self._define(name, defaultValue)

    def multiselect(self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None) -> None:  # noqa: N803
        """Creates a multiselect widget; its value is the chosen ones, separated by commas."""
        if defaultValue:
            self._require_choice(name, [defaultValue], choices)
        self._define(name, defaultValue)

    def get(self, name: str) -> str:
        """The value of a widget."""
        if name in self._parameters:
            return self._parameters[name]
        if name in self._defaults:
            return self._defaults[name]
        raise InputWidgetNotDefined(name)

    def getArgument(self, name: str, optional: str | None = None) -> str:  # noqa: N802
        """The value of a widget, or `optional` if it is not defined."""
        try:
            return self.get(name)
        except InputWidgetNotDefined:
            if optional is None:
                raise
            return optional

    def getAll(self) -> dict[str, str]:  # noqa: N802
        """The values of all widgets."""
        return {**self._defaults, **self._parameters}

    def remove(self, name: str) -> None:
        """Removes a widget."""
        if name not in self._defaults and name not in self._parameters:
            raise InputWidgetNotDefined(name)
        self._defaults.pop(name, None)
        self._parameters.pop(name, None)

    def removeAll(self) -> None:  # noqa: N802
        """Removes all widgets."""
        self._defaults.clear()
        self._parameters.clear()

    def _define(self, name: str, default: str) -> None:
        if not isinstance(name, str) or not name:
            raise InvalidInputWidget(f"A widget's name must be a string that is not empty, not {name!r}.")
        if not isinstance(default, str):
            raise InvalidInputWidget(f"The default value of widget {name} must be a string, not {default!r}.")
        self._defaults[name] = default

    @staticmethod
    def _require_choice(name: str, values: Sequence[str], choices: Sequence[str]) -> None:
        if isinstance(choices, str) or not all(isinstance(choice, str) for choice in choices):
            raise InvalidInputWidget(f"The choices of widget {name} must be a list of strings.")
        for value in values:
            if value not in choices:
                raise InvalidInputWidget(
                    f"The default value {value!r} of widget {name} is not one of its choices: {', '.join(choices)}."
                )

    def _state(self) -> dict[str, dict[str, str]]:
        return {"parameters": self._parameters, "defaults": self._defaults}

    def _restore(self, state: dict[str, dict[str, str]]) -> None:
        self._parameters, self._defaults = dict(state["parameters"]), dict(state["defaults"])
