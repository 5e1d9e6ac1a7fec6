"""What the driver shows of streaming queries: progress and failures."""

from __future__ import annotations

import json

from notebook_driver.stream_failure import readable
from notebook_driver.stream_progress import StreamProgress


def batch(number: int, rows: int, milliseconds: int = 500) -> str:
    return json.dumps({"batchId": number, "numInputRows": rows, "durationMs": {"triggerExecution": milliseconds}})


def test_a_batch_that_processed_rows_is_shown_once():
    progress = StreamProgress("bronze", lambda: 0.0)
    assert progress.lines([batch(0, 0), batch(1, 1200)]) == ["Stream bronze: batch 1: 1,200 rows in, 2,400.0 rows/s, 0.50 s"]
    assert progress.lines([batch(1, 1200), batch(2, 0), batch(3, 1)]) == ["Stream bronze: batch 3: 1 row in, 2.0 rows/s, 0.50 s"]


def test_a_stream_that_runs_for_a_day_writes_some_hundred_lines():
    now = 0.0
    progress = StreamProgress("bronze", lambda: now)
    shown = []
    for second in range(24 * 3600):
        now = float(second)
        shown += progress.lines([batch(second, 10)])
    shown += progress.lines([], ended=True)
    assert len(shown) < 200
    assert shown[20] == "Stream bronze: batches 20 to 29: 100 rows in, 20.0 rows/s, 5.00 s"
    assert sum(int(line.split(" rows in")[0].split()[-1].replace(",", "")) for line in shown) == 24 * 3600 * 10


def test_batches_that_share_a_line_are_shown_when_the_stream_ends():
    progress = StreamProgress("bronze", lambda: 0.0)
    progress.lines([batch(number, 1) for number in range(22)])
    assert progress.lines([], ended=True) == ["Stream bronze: batches 20 to 21: 2 rows in, 2.0 rows/s, 1.00 s"]


def test_a_failure_has_neither_the_plan_nor_frames_of_java():
    message, trace = readable(
        "[STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: Job aborted due to stage failure: "
        "Task 0 in stage 4.0 failed 1 times, most recent failure: Lost task 0.0 in stage 4.0 (TID 6) (192.0.2.2 executor driver)"
        ": org.apache.spark.SparkRuntimeException: [DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012\n"
        "\tat org.apache.spark.sql.errors.QueryExecutionErrors$.divideByZeroError(QueryExecutionErrors.scala:211)\n"
        "\tat java.base/java.lang.Thread.run(Unknown Source)\n"
        "\t... 12 more\n\nDriver stacktrace:\n"
        "=== Streaming Query ===\nIdentifier: silver [id = 1, runId = 2]\nLogical Plan:\n~WriteToMicroBatchDataSource\n"
    )
    assert message == (
        "[STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: [DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012"
    )
    assert trace == ""


def test_a_failure_of_the_notebooks_function_ends_with_its_exception_and_keeps_its_frames():
    message, trace = readable(
        "[STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: [FOREACH_BATCH_USER_FUNCTION_ERROR] "
        "An error occurred in the user provided function in foreach batch sink. Reason: Traceback (most recent call last):\n"
        '  File "/x/site-packages/py4j/clientserver.py", line 644, in _call_proxy\n'
        "    return_value = getattr(self.pool[obj_id], method)(*params)\n"
        "                   ^^^^^^^^^^^\n"
        '  File "/Shared/silver (cell 2)", line 3, in merge\n'
        "    raise ValueError('no column amount')\n"
        "ValueError: no column amount\n SQLSTATE: 39000 SQLSTATE: XXKST\n"
        "=== Streaming Query ===\nIdentifier: silver\n"
    )
    assert message == "[STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: ValueError: no column amount"
    assert trace == (
        "Traceback (most recent call last):\n"
        '  File "/Shared/silver (cell 2)", line 3, in merge\n'
        "    raise ValueError('no column amount')\n"
        "ValueError: no column amount"
    )
