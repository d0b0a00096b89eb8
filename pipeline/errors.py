"""What can go wrong, as exceptions that carry one clear line for a person."""

from __future__ import annotations

from pipeline.records import Problem


class ReadoutError(Exception):
    """Something that a person has to mend. Its text is one line that says what and, where known, how."""


class ConfigurationError(ReadoutError):
    """A source, vocabulary, language or setting file is wrong; the text names file and place."""


class WarehouseBusyError(ReadoutError):
    """Another process holds the working file longer than the bounded wait; the text names its pid."""


class WarehouseVersionError(ReadoutError):
    """The database file was made by a newer Readout, or one of its migrations was edited since."""


class PublishRefusedError(ReadoutError):
    """A check failed, so the last published file stays in place; the text names the checks."""


class StepProblem(Exception):
    """One address or release could not be handled: becomes a row of problems, and the run goes on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem
