"""A closed year does not change: a correction is made here too, on purpose."""

import hashlib

import pytest

from keystage.statute.loader import YEARS, available, load_year

DIGESTS: dict[str, str] = {
    "2016/final.toml": "6e5472dc7efa35e160b9a60bfffd184d93683a7432c3c29c078a45c42a240747",
    "2016/year.toml": "fdc52e9fed880917f2fbeae325b556054e5045af7d972abda6a2eef983690eb9",
    "2017/final.toml": "5e969eb16d90ba912b2616a27425c98f2cc58bd6e1541063a64a60db0c591a6f",
    "2017/year.toml": "3c895b56ef50ca1524057af90618ffa665f23a1852fd1fd53356cbbf8c01b69e",
    "2018/final.toml": "7f645bb5c88bba8e9a2fedeb71e22e3988fa11ee8a292b4c451dc3ef4a333ffd",
    "2018/year.toml": "6fe456f3a4c6a35f18e3ac546b094bae53cb4ab70c2a8afdde802d977a0e1d2b",
    "2019/final.toml": "865132923dc4d633448f0edf1671f517818e2e290e54a6e92e11f85015f5138a",
    "2019/year.toml": "b5502144fc6000ca144dc195ae57c7f999b341997eca8bfd663cb204ae83cc95",
    "2022/final.toml": "feff3aea9155a14ae8e7cbb4827edf7398035daa5cb4ceda716150fce1c854b9",
    "2022/provisional.toml": "be5546491d6cd3c3e4100ed9452594590dee17383d414670c8f64e0a89e191f5",
    "2022/year.toml": "b1c58ef8a8aae667312357547924e650a58091b51cc119c4bfa1996d508067fc",
    "2023/final.toml": "0059441b3fa576fabab6d06da8dacea8d4f36f35391f1a75207ef8a74d0c44b1",
    "2023/year.toml": "60b623e822bcf93a5761804ff489b875b7e078b56d4c42f15e80837a1a6eb934",
    "2024/final.toml": "f78249861c9ad099b1d103e19d671d9b59246e0adcdc6ef12f0456c0c8c6e859",
    "2024/year.toml": "91ac67e9377f6467af1264a5c53908342ce379a7be84853dd468e69fdde73f9d",
    "2025/final.toml": "781ea64f9dd55d0f7519ea7236a1347a164969b257b479341800954c36248fed",
    "2025/year.toml": "35b440529bfb9638ea89f3c5885d16f91bb1c6bf79f691c25d99b32f4675a9dc",
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
