"""What a file says of itself and of its black: information, XMP packet, output intent, profile."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest
from PIL import Image, ImageCms

from groeibrief.letters.metadata import Imprint
from groeibrief.letters.objects import ObjectWriter, number, text_string
from groeibrief.letters.output_intent import GREY, grey_profile


def packet_of(imprint: Imprint) -> bytes:
    stream = BytesIO()
    objects = ObjectWriter(stream)
    imprint.write_print(objects)
    data = stream.getvalue()
    return data[data.index(b"<?xpacket begin") : data.index(b"\nendstream")]


def test_a_title_is_text_whatever_is_in_it() -> None:
    packet = packet_of(Imprint("Brieven <voor> A & B, één (1)", date(2025, 11, 5)))
    assert ElementTree.fromstring(packet)
    assert "Brieven &lt;voor&gt; A &amp; B, één (1)".encode() in packet


def test_no_clock_is_read_and_no_number_is_drawn() -> None:
    imprint = Imprint("Brieven", date(2025, 11, 5))
    assert packet_of(imprint) == packet_of(imprint)
    assert packet_of(imprint).count(b"2025-11-05T00:00:00Z") == 4


@pytest.mark.parametrize(
    ("text", "written"),
    [("Brieven", "(Brieven)"), ("a(b)\\", r"(a\(b\)\\)"), ("één", "<FEFF00E900E9006E>")],
)
def test_text_strings(text: str, written: str) -> None:
    assert text_string(text) == written
    assert str(pikepdf.Object.parse(written.encode())) == text


@pytest.mark.parametrize(("value", "written"), [(1.0, "1"), (-0.0001, "0"), (12.3456, "12.346"), (0.5, "0.5")])
def test_numbers(value: float, written: str) -> None:
    assert number(value) == written


def test_the_profile_turns_grey_into_light() -> None:
    profile = ImageCms.ImageCmsProfile(BytesIO(grey_profile()))
    assert profile.profile.profile_description == "groeibrief grey, dot gain 16 %"
    assert (profile.profile.device_class, profile.profile.xcolor_space) == ("prtr", "GRAY")
    lab = ImageCms.createProfile("LAB")
    transform = ImageCms.buildTransform(profile, lab, "L", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    ramp = Image.frombytes("L", (3, 1), bytes([0, 128, 255]))
    shown = ImageCms.applyTransform(ramp, transform)
    light = [shown.getpixel((place, 0))[0] / 255 * 100 for place in range(3)]
    assert light == pytest.approx([0, 65, 100], abs=1)


def test_the_profile_is_small_and_stands_in_the_file_once() -> None:
    assert len(grey_profile()) < 512
    stream = BytesIO()
    objects = ObjectWriter(stream)
    intents = GREY.write(objects, ("GTS_PDFX", "GTS_PDFA1"))
    assert intents.count("/DestOutputProfile 1 0 R") == 2
    assert stream.getvalue().count(b" 0 obj") == 1
