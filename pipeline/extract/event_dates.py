"""When an event took place, read from the sentences that tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.extract.dates import FoundDate, find_dates
from pipeline.extract.document import Document
from pipeline.extract.drafts import Draft
from pipeline.records import Release

SENTENCES = 2
BEFORE_REACH, AFTER_REACH = 60, 80
_UNDATED_RULES = frozenset(("title-speaker", "letter"))
OPENING, DATE_LINE, DATELINE_REACH = 3, 14, 100
"""In how many sentences a dateline is looked for, how many tokens a line that is a date has, how far in its date ends."""
LATEST = timedelta(days=7)
"""How long after its dateline a text is published."""
_WRITTEN = frozenset(("explicit", "dateline"))
_AHEAD = frozenset(("planned", "cancelled", "postponed"))


class EventDater:
    """Dates the events of one release."""

    def __init__(self, document: Document, release: Release) -> None:
        self.document = document
        self.release = release
        self._found: dict[tuple[int, int], list[FoundDate]] = {}
        self.day = release.published_date
        """The day that "today" is: that of the dateline, else of publication."""
        self.dateline = self._find_dateline()
        if self.dateline is not None:
            self.day = self.dateline.start_date
            self._found.clear()

    def date_event(self, draft: Draft, first: Draft | None) -> tuple[FoundDate | None, str]:
        """Return the date and its basis; no date with basis `published` stands for the day of publication.

        A primary event without a date takes that of the trip it is part of, where that lasted a day, else that of the
        release's first event, where somebody took part in both. One that lies ahead at a time told only vaguely ("later
        this week") has none, nor has a referenced one without a date.
        """
        found = self._own_date(draft, draft is first)
        if found is not None:
            return found, found.basis
        if draft.mention == "referenced" or self._is_vague(draft):
            return None, "none"
        whole = draft.part_of or draft.place_from or (first if first and _share_people(draft, first) else None)
        if whole is not None and whole is not draft and draft.rule not in _UNDATED_RULES:
            above, basis = self.date_event(whole, None)
            if above is None:
                return None, basis
            if above.start_date == self.day:
                return self._day_of_writing()  # no word of its own dates it, and none has to be borrowed
            return (above, above.basis) if above.end_date in (None, above.start_date) else (None, "none")
        return self._day_of_writing()

    def _day_of_writing(self) -> tuple[FoundDate | None, str]:
        if self.dateline is not None and self.dateline.start_date != self.release.published_date:
            return self.dateline, "dateline"
        return None, "published" if self.release.published_date is not None else "none"

    def _find_dateline(self) -> FoundDate | None:
        """Return the day of a dateline, or of a line that is little more than a date, shortly before publication.

        Such lines open a text; below a text of unknown publication the last ones are looked at too.
        """
        sentences = [item for item in self.document.tokens.sentences if item.begin >= self.document.title_end]
        published = self.release.published_date
        last = sentences[-OPENING:] if published is None else []
        for sentence in (*sentences[:OPENING], *last):
            begin, end = self.document.original_range(sentence.begin, sentence.end)
            short = sentence.end - sentence.begin <= DATE_LINE and not self.document.cues(
                "frame", sentence.begin, sentence.end
            )
            alone = short and sentence.first_of_line and sentence.last_of_line
            for item in self._dates_in(begin, min(end, begin + DATELINE_REACH)):
                day = item.start_date
                if (
                    item.precision != "day"
                    or day is None
                    or item.end_date != day
                    or not (alone or item.basis == "dateline")
                ):
                    continue
                if published is None or timedelta(0) <= published - day <= LATEST:
                    return item
        return None

    def _own_date(self, draft: Draft, leads: bool) -> FoundDate | None:
        """Return the date nearest to the frame in its own sentence, else in the next one that tells the event.

        The title and the first sentence below it are about the event that `leads` the release; a day of the month there
        dates it where no dateline does.
        """
        if draft.rule in _UNDATED_RULES:
            return None
        begin, end = self.document.original_range(draft.begin, draft.end)
        primary = draft.mention == "primary"
        later: FoundDate | None = None
        told = draft.sentences[:SENTENCES] if primary else [draft.sentence]
        opening = [index for index in self._opening() if index not in told] if leads else []
        told = [*told, *opening]
        for index in told:
            sentence = self.document.tokens.sentences[index]
            start, stop = self.document.original_range(sentence.begin, sentence.end)
            if not primary:
                start, stop = max(start, begin - BEFORE_REACH), min(stop, end + AFTER_REACH)
            found = self._dates_in(start, stop)
            dates = [
                item
                for item in found
                if item.precision == "day"
                and item.start_date is not None
                and not (draft.status == "held" and item.direction == "future")
                and not (primary and index == draft.sentence and self._is_of_another(draft, item.begin))
            ]
            if index in opening and self.dateline is not None:
                dates = [item for item in dates if item.basis not in _WRITTEN]
            written = [item for item in dates if item.begin < begin and item.start_date == self.day]
            dates = [item for item in dates if item not in written or item.basis not in _WRITTEN] or written
            if not dates:
                continue
            if self._is_of_the_report(draft, dates):
                later = later or self._look_ahead(dates[0])
            else:
                near = min(dates, key=lambda item: abs(item.begin - begin))
                return self._look_ahead(near) if draft.status in _AHEAD else near
        return later

    def _opening(self) -> list[int]:
        """Return the sentences of the title and the first one below it that is more than a dateline."""
        tokens, title_end = self.document.tokens, self.document.title_end
        titles = [index for index, item in enumerate(tokens.sentences) if item.begin < title_end]
        body = (index for index, item in enumerate(tokens.sentences) if item.begin >= title_end)
        lead = next((at for at in body if tokens.sentences[at].end - tokens.sentences[at].begin > DATE_LINE), None)
        return titles if lead is None else [*titles, lead]

    def _is_of_the_report(self, draft: Draft, dates: list[FoundDate]) -> bool:
        """Say whether the only date of an event that lies ahead is the weekday of publication: that of announcing it."""
        return draft.status == "planned" and all(
            item.basis == "weekday" and item.start_date == self.day for item in dates
        )

    def _is_vague(self, draft: Draft) -> bool:
        """Say whether the sentences about an event that lies ahead tell its time no nearer than a week, month or year."""
        if draft.status != "planned":
            return False
        sentences = self.document.tokens.sentences
        told = [sentences[index] for index in {max(draft.sentence - 1, 0), *draft.sentences[:SENTENCES]}]
        found = [item for at in told for item in self._dates_in(*self.document.original_range(at.begin, at.end))]
        return any(item.precision != "day" and item.direction != "past" for item in found)

    def _dates_in(self, start: int, stop: int) -> list[FoundDate]:
        """Return the dates in a range of the text, read once."""
        if (start, stop) not in self._found:
            language = self.document.lexicon.language
            self._found[start, stop] = find_dates(self.release.text, start, stop, self.day, language)
        return self._found[start, stop]

    def _is_of_another(self, draft: Draft, at: int) -> bool:
        """Say whether a word such as "previous" between the frame and the date gives the date to another event."""
        stop = self.document.token_at(at)
        return stop > draft.end and bool(self.document.cues("past_background", draft.end, stop))

    def _look_ahead(self, found: FoundDate) -> FoundDate:
        """Return the weekday to come where the weekday before publication was found for an event that lies ahead."""
        published = self.day
        if found.basis != "weekday" or found.start_date is None or published is None or found.start_date >= published:
            return found
        week = timedelta(days=7)
        return replace(found, start_date=found.start_date + week, end_date=found.end_date and found.end_date + week)


def _share_people(draft: Draft, first: Draft) -> bool:
    """Say whether somebody took part in both events, or in one of them nobody who is known."""
    return not draft.seats or not first.seats or not draft.seats.keys().isdisjoint(first.seats)
