"""A closed year does not change: a correction is made here too, on purpose."""

import hashlib

import pytest

from keystage.statute.loader import YEARS, available, load_year

DIGESTS: dict[str, str] = {
    "2016/final.toml": "6e5472dc7efa35e160b9a60bfffd184d93683a7432c3c29c078a45c42a240747",
    "2016/year.toml": "4e319bc1dfe648a6562458d08aada8323f9f1801357d276e383c7ee7191a150b",
    "2017/final.toml": "5e969eb16d90ba912b2616a27425c98f2cc58bd6e1541063a64a60db0c591a6f",
    "2017/year.toml": "3720bac31b39c694f90be544f348925458675bbe13c797a06fce2853ad720509",
    "2018/final.toml": "7f645bb5c88bba8e9a2fedeb71e22e3988fa11ee8a292b4c451dc3ef4a333ffd",
    "2018/year.toml": "edbf7335aa76de5c5f5f2c5c4e6536aa8d3cdb706e261774942bb1b154b7d09d",
    "2019/final.toml": "865132923dc4d633448f0edf1671f517818e2e290e54a6e92e11f85015f5138a",
    "2019/year.toml": "f3ece744b7218c4c6a85a2e8b4b77f03db5fabf61fe1f2242b1f87af74f44ab8",
    "2022/final.toml": "feff3aea9155a14ae8e7cbb4827edf7398035daa5cb4ceda716150fce1c854b9",
    "2022/provisional.toml": "be5546491d6cd3c3e4100ed9452594590dee17383d414670c8f64e0a89e191f5",
    "2022/year.toml": "12b8c560d9298c531a1e7cc73a8f728eaaac7f62715bce104463c20c27b2d673",
    "2023/final.toml": "0059441b3fa576fabab6d06da8dacea8d4f36f35391f1a75207ef8a74d0c44b1",
    "2023/year.toml": "939ae4b9402aaa7e87d5871b212ce2359fe250ebdf2acd873873d18ec9e9a2b7",
    "2024/final.toml": "f78249861c9ad099b1d103e19d671d9b59246e0adcdc6ef12f0456c0c8c6e859",
    "2024/year.toml": "2215d7171db91eabbad8cd776e875e5480cc1ed6ca09e29d0ec2e98bc0fd94fb",
    "2025/final.toml": "781ea64f9dd55d0f7519ea7236a1347a164969b257b479341800954c36248fed",
    "2025/year.toml": "c3397c688c85e2bc10b6dae3c51b8903bb115b1d32d8da156ae8ebf6b5aaa8c9",
}

CLOSED = sorted(
    {
        f"{year}/{stem}.toml"
        for year, release in available()
        if load_year(year, release).year.status == "closed"
        for stem in ("year", release)
    }
)


def test_every_closed_year_is_pinned_and_nothing_else() -> None:
    assert sorted(DIGESTS) == CLOSED


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_year_is_as_it_was_signed(name: str) -> None:
    text = (YEARS / name).read_text("utf-8")  # line ends do not matter
    assert hashlib.sha256(text.encode()).hexdigest() == DIGESTS[name]
