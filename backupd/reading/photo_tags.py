"""What EXIF says, before it is believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backupd.reading.cleaning import clean_text
from backupd.reading.clock_sense import Moment, parse_moment, parse_offset, why_not_believed


@dataclass(frozen=True, slots=True)
class PhotoTags:
    """Values as they stand in the file: text, or bytes where they are no text."""

    make: object = None
    model: object = None
    original: object = None
    original_offset: object = None
    digitized: object = None
    digitized_offset: object = None

    @property
    def says_something(self) -> bool:
        """Whether there is anything that a camera wrote."""
        return any((self.make, self.model, self.original, self.digitized))

    def camera(self) -> tuple[str | None, str | None]:
        """Return make and model, cleaned; what has no letter or digit is no name."""
        make, model = clean_text(self.make), clean_text(self.model)
        return make if _is_name(make) else None, model if _is_name(model) else None

    def taken(self, today: date | None) -> tuple[Moment | None, str | None]:
        """Return when the picture was taken, or why what the camera says about it is not believed.

        DateTimeOriginal, else DateTimeDigitized; ModifyDate is never when a picture was taken.
        """
        for text, offset in ((self.original, self.original_offset), (self.digitized, self.digitized_offset)):
            moment = parse_moment(_text(text))
            if moment is None:
                continue
            reason = why_not_believed(moment.at, today)
            if reason is not None:
                return None, reason
            zone = parse_offset(_text(offset))
            return Moment(moment.at, moment.offset_minutes if zone is None else zone), None
        return None, None


def _is_name(text: str | None) -> bool:
    return text is not None and any(char.isalnum() for char in text)


def _text(value: object) -> str | None:
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else None
