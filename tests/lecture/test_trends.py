"""The reader of Google Trends' exports, and the growth of models."""

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments._data.google_trends import DATA, describe_interest, month, read_interest
from experiments._drawing.number_format import times
from experiments._statistics.exponential_growth import Facts, forecast, grow, read_facts
from livedeck.errors import AuthorError

Computed = Callable[[str], dict[str, Any]]

WEEKS = "Category: All categories\n\nWeek,machine learning: (Worldwide),IoT: (Worldwide)\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "multiTimeline.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("head", "terms"),
    [
        ("Category: All categories\n\nMonth,deep learning: (Worldwide)", ["deep learning"]),
        ("Catégorie : Toutes catégories\n\nMois,IoT: (Dans tous les pays)", ["IoT"]),
        ("Danh mục: Tất cả danh mục\n\nTháng,học máy: (Việt Nam)", ["học máy"]),
        ("カテゴリ: すべてのカテゴリ\n\n月,機械学習: (すべての国)", ["機械学習"]),
        ("类别：所有类别\n\n月,机器学习：（全球）", ["机器学习"]),
        ("\nTháng,Vn-Index", ["Vn-Index"]),
        ("Month,C++: (Worldwide)", ["C++"]),
        ('Category: All categories\n\nMonth,"learning, deep: (Worldwide)"', ["learning, deep"]),
        ("Category: x\n\nMonth,IoT: (Japan),IoT: (Vietnam)", ["IoT (Japan)", "IoT (Vietnam)"]),
        ("Category: x\n\nMonth,IoT: (Japan),AI: (Vietnam)", ["IoT", "AI"]),
    ],
)
def test_an_export_is_read_in_any_language(tmp_path: Path, head: str, terms: list[str]) -> None:
    """The lines before the first date differ; what follows is the same everywhere."""
    rows = ["2004-01,<1,7", "2004-02,50,<1", "2004-03,100,100"]
    if len(terms) == 1:
        rows = [row.rpartition(",")[0] for row in rows]
    text = "\n".join([head, *rows, ""])
    for variant in (text, text.replace("\n", "\r\n"), codecs.BOM_UTF8 + text.encode()):
        interest = read_interest(write(tmp_path, variant))
        assert interest is not None
        assert list(interest.terms) == terms
        assert interest.values[:, 0].tolist() == [0.5, 50, 100]
        assert interest.years[0] == 2004
        assert np.allclose(interest.years[1:], [2004 + 31 / 366, 2004 + 60 / 366])


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("2023-12-31", "2024-01-07", 7),
        ("2024-02-28", "2024-02-29", 1),
        ("2020-03-21T14", "2020-03-21T15", 1 / 24),
        ("2020-03-21T14:00", "2020-03-21T14:08", 8 / 24 / 60),
        ("2020-03-21 14:00:00", "2020-03-21 15:00:00", 1 / 24),
        ("2020-03-21T14:00:00+07:00", "2020-03-21T15:00:00+07:00", 1 / 24),
    ],
)
def test_weeks_days_hours_and_minutes(tmp_path: Path, first: str, second: str, days: float) -> None:
    """Google writes dates as finely as the chosen range allows."""
    text = f"Category: All categories\n\nTime,IoT: (Worldwide)\n{first},1\n{second},2\n"
    interest = read_interest(write(tmp_path, text))
    assert interest is not None
    assert np.diff(interest.years)[0] * 366 == pytest.approx(days, rel=0.01)


def test_unfinished_periods_are_left_out(tmp_path: Path) -> None:
    """A column `isPartial` is no term; what it marks is no measurement."""
    head = "date,IoT,isPartial\n"
    text = head + "2024-01,3,False\n2024-02,4,False\n2024-03,1,True\n"
    interest = read_interest(write(tmp_path, text))
    assert interest is not None
    assert interest.terms == ("IoT",)
    assert interest.values[:, 0].tolist() == [3, 4]


def test_no_file_is_no_error(tmp_path: Path) -> None:
    """The lecturer need not put one in."""
    assert read_interest(tmp_path / "multiTimeline.csv") is None


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", None, "empty"),
        ("Category: All categories\n\nRegion,IoT\nVietnam,100\n", None, "no line begins with"),
        ("2024-01,3\n2024-02,4\n", 1, "header"),
        ("Month\n2024-01\n", 1, "no search term"),
        ("Month,IoT,\n2024-01,3,4\n", 1, "no name"),
        ("Month,IoT,IoT\n2024-01,3,4\n", 1, "same name"),
        (WEEKS + "2024-01-07,3,4\n2024-01-14,5\n", 5, "1 values where the header has 2"),
        (WEEKS + "2024-01-07,3,4\n2024-01-14,5,6,7\n", 5, "3 values"),
        (WEEKS + "2024-01-07,3,4\n2024-01-14,5,\n", 5, "no interest in “IoT”"),
        (WEEKS + "2024-01-07,3,4\n\n2024-01-14,many,5\n", 6, "`many`"),
        (WEEKS + "2024-01-07,3,101\n2024-01-14,1,5\n", 4, "`101`"),
        (WEEKS + "2024-01-07,-3,1\n2024-01-14,1,5\n", 4, "`-3`"),
        (WEEKS + "2024-01-07,3,4\n2024-02-30,5,6\n", 5, "`2024-02-30` is not a date"),
        (WEEKS + "2024-01-07,3,4\nTotal,5,6\n", 5, "`Total` is not a date"),
        (WEEKS + "2024-01-07,3,4\n2024-01-07,5,6\n", 5, "does not come after"),
        (WEEKS + "2024-01-07,3,4\n", 4, "too little"),
        (WEEKS + '2024-01-07,3,"4\n', 4, "not readable as CSV"),
        ("Month;IoT\n2024-01;3\n2024-02;4\n", 2, "spreadsheet"),
        ("Category: All categories,\n,\nMonth,IoT\n2024/1/1,3\n2024/2/1,4\n", 4, "`2024/1/1`"),
        ("Category: All categories,\n,\nMonth,IoT\nJan-24,3\nFeb-24,4\n", 4, "`Jan-24`"),
        ((WEEKS + "2024-01-07,3,4\n").encode("utf-16"), 1, "not UTF-8"),
    ],
)
def test_a_malformed_file_is_named_with_line_and_remedy(
    tmp_path: Path, text: str | bytes, line: int | None, what: str
) -> None:
    """The message says where, what is wrong, and what to do."""
    path = write(tmp_path, text)
    with pytest.raises(AuthorError) as caught:
        read_interest(path)
    error = caught.value
    assert (error.path, error.line) == (path, line)
    assert what in error.message
    assert error.hint


def test_the_words_about_searches_follow_the_file(tmp_path: Path) -> None:
    """Peak, latest year and its change against the year before."""
    lines = [
        f"{year}-{m:02},{level},3"
        for year, level in ((2020, 40), (2021, 80), (2022, 60))
        for m in range(1, 13)
    ]
    lines[15] = "2021-04,100,3"
    path = write(tmp_path, "x\n\nMonth,AI: (All),IoT: (All)\n" + "\n".join(lines) + "\n")
    interest = read_interest(path)
    assert interest is not None
    words = describe_interest(interest, path)
    assert words["title"] == "“AI” was searched for most in April 2021"
    assert "AI 60, IoT 3" in words["finding"]
    assert "27\u202f% less than the year before" in words["finding"]  # 60 against 81.7
    assert month("2004-01-25") == "January 2004"


def test_a_known_doubling_time_is_found() -> None:
    """On noiseless growth, with a forecast that hits."""
    years = np.arange(1990.0, 2010)
    facts = Facts(tuple(map(str, years)), years, 5 * 2 ** ((years - 1990) / 1.5))
    growth = grow(facts, 100)
    assert np.allclose([growth.doubling, growth.low, growth.high], 1.5)
    test = forecast(facts)
    assert test.known_until == 1999
    assert test.trend == pytest.approx(1)
    assert 1 < test.moore < test.persistence


def test_a_forecast_knows_whole_years_in_any_order() -> None:
    """Models of one year are all known or all asked for, and their order says nothing."""
    years = np.array([2000.0, 2001, 2002, 2002, 2002, 2003])
    values = np.array([1.0, 2, 4, 64, 16, 32])
    names = tuple("abcdef")
    test = forecast(Facts(names, years, values))
    assert test.known_until == 2001
    assert test.persistence == pytest.approx(2**3.5)  # from 2 to 4, 16, 32 and 64
    shuffled = [0, 1, 4, 2, 3, 5]
    assert forecast(Facts(names, years, values[shuffled])) == test


def test_factors_are_rounded_as_they_are_large() -> None:
    """Two digits."""
    assert [times(x) for x in (1.04, 37.4, 123.5, 51379)] == ["1.0", "37", "120", "51\u202f000"]


@pytest.mark.parametrize(("file", "quantity"), [("models", "parameters"), ("compute", "flop")])
def test_every_fact_has_a_source_with_a_year(file: str, quantity: str) -> None:
    """Nothing is invented."""
    text = (DATA / f"{file}.toml").read_text()
    facts = read_facts(DATA / f"{file}.toml", quantity)
    assert text.count("source = ") == len(facts.names) == len(set(facts.names))
    assert (facts.values > 0).all()
    known = dict(zip(facts.names, facts.values, strict=True))
    assert known["GPT-3"] == {"models": 175e9, "compute": 3.14e23}[file]


def test_sizes_double_about_as_fast_as_moore_says(computed: Computed) -> None:
    """And doing nothing is the worst of the forecasts."""
    trends = computed("trends")
    assert trends["doubling_low"] < trends["doubling"] < trends["doubling_high"]
    assert 1 < trends["doubling"] < 3
    assert trends["persistence_miss"] > max(trends["trend_miss"], trends["moore_miss"])
    assert f"{trends['doubling']:.1f} years" in trends["title"]


def test_compute_doubles_faster_since_2012(computed: Computed) -> None:
    """As Sevilla et al. found: about 20 months before, about 6 after."""
    trend = computed("compute_trend")
    assert trend["months_after_high"] < trend["months_before_low"]
    assert trend["verdict"] == "fell"
    assert 13 < trend["months_before"] < 27
    assert 3 < trend["months_after"] < 8
    assert trend["miss_old"] > 100
