"""Parameters of the query string that no route asked for."""

import pytest

from aiconnected.users.models import UserRole
from chalicelib.declared import Declared, Pace
from chalicelib.routes import GROUPS
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

ANYBODY = "01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10"
