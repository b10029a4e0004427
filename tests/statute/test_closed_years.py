"""A closed year does not change: a correction is made here too, on purpose."""

import hashlib

import pytest

from keystage.statute.loader import YEARS, available, load_year

DIGESTS: dict[str, str] = {
    "2016/final.toml": "6407aae53933bd660e1a2ad8c2b661fc89848210e15a0c7c849ace4c06ec1986",
    "2016/year.toml": "fdc52e9fed880917f2fbeae325b556054e5045af7d972abda6a2eef983690eb9",
    "2017/final.toml": "2b98ce9843ae028868ef3920bb2b066bdaee1f2a76fe5ef96261f8c142e394d7",
    "2017/year.toml": "3c895b56ef50ca1524057af90618ffa665f23a1852fd1fd53356cbbf8c01b69e",
    "2018/final.toml": "ed30dfff2daa5652e2f2477f1537baa43ce28bed8992927cf3fbd7ac1aa56f44",
    "2018/year.toml": "6fe456f3a4c6a35f18e3ac546b094bae53cb4ab70c2a8afdde802d977a0e1d2b",
    "2019/final.toml": "e3d70b836d371ee3e1b9edc5afe062963eb0072f24f6d63fca039c33d9888760",
    "2019/year.toml": "b5502144fc6000ca144dc195ae57c7f999b341997eca8bfd663cb204ae83cc95",
    "2022/final.toml": "feff3aea9155a14ae8e7cbb4827edf7398035daa5cb4ceda716150fce1c854b9",
    "2022/provisional.toml": "be5546491d6cd3c3e4100ed9452594590dee17383d414670c8f64e0a89e191f5",
    "2022/year.toml": "8ae4267eac5d06f3927d2f75503d95ab5b1c23468d7cdc5eecb827270c3ed55e",
    "2023/final.toml": "0059441b3fa576fabab6d06da8dacea8d4f36f35391f1a75207ef8a74d0c44b1",
    "2023/year.toml": "3e82a1c229d1c562c52fbe4a27de46fda28d6969e744b986d536eed41b424634",
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


def test_every_closed_year_is_pinned_and_nothing_else():
    assert sorted(DIGESTS) == CLOSED


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_year_is_as_it_was_signed(name):
    text = (YEARS / name).read_text("utf-8")  # line ends do not matter
    assert hashlib.sha256(text.encode()).hexdigest() == DIGESTS[name]
