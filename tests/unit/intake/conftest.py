import pytest

from tests.unit.intake.kit import Home


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")
