"""Errors that the platform's dbutils raises in the JVM, which Python code there gets as Py4JJavaError.

Notebooks look at ``error.java_exception.getClass().getName()`` or search ``str(error)`` for the class. nutter turns a
Py4JJavaError into a plain Exception before it pickles the results of its tests
(https://github.com/microsoft/nutter/blob/main/common/testresult.py).
"""

from __future__ import annotations

from collections.abc import Callable

try:
    from py4j.protocol import Py4JJavaError
except ImportError:  # a Python without PySpark
    Py4JJavaError = Exception


class JavaClass:
    """The class of an exception of the JVM."""

    def __init__(self, name: str) -> None:
        self._name = name

    def getName(self) -> str:  # noqa: N802 (Java's names)
        return self._name

    def getSimpleName(self) -> str:  # noqa: N802
        return self._name.rpartition(".")[2]


class JavaException:
    """An exception of the JVM."""

    def __init__(self, java_class: str, message: str) -> None:
        self._class = JavaClass(java_class)
        self._message = message

    def getClass(self) -> JavaClass:  # noqa: N802
        return self._class

    def getMessage(self) -> str:  # noqa: N802
        return self._message

    def toString(self) -> str:  # noqa: N802
        return f"{self._class.getName()}: {self._message}"

    __str__ = toString


class JavaError(Py4JJavaError):
    """An exception of the JVM as Py4J raises it. It is pickled as an Exception: other processes cannot import the driver."""

    java_class: str
    called: str

    def __init_subclass__(cls) -> None:
        cls.__module__ = cls.java_class.rpartition(".")[0]  # as traces show it

    def __init__(self, sentence: str) -> None:
        Exception.__init__(self)
        self.sentence = sentence
        self.errmsg = f"An error occurred while calling {self.called}.\n"
        self.java_exception = JavaException(self.java_class, sentence)
        self.args = (self.errmsg, self.java_exception)

    def __str__(self) -> str:
        return f"{self.errmsg}: {self.java_exception}"

    def __reduce__(self) -> tuple[Callable[..., BaseException], tuple[str]]:
        return Exception, (str(self),)
