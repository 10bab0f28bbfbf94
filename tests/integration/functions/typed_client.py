"""A typed client of the API: models generated from its description, and who sends them.

The models are generated when tests run and are not committed: they would only repeat
`openapi.json`, which is, and every change would have to be reviewed twice.
"""

import importlib.util
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from chalicelib.routes.docs import OPENAPI
from tests.fixtures.web_api import ControlPlane
from tests.integration.functions.bodies import operations

_OPTIONS = (
    *("--input-file-type", "openapi"),
    *("--output-model-type", "pydantic_v2.BaseModel"),
    *("--target-python-version", "3.11"),
    *("--formatters", "builtin"),
    "--use-standard-collections",
    "--use-union-operator",
    "--disable-timestamp",
)


def generated(folder: Path) -> ModuleType:
    """The models of the committed description, as a module."""
    path = folder / "voice_api_models.py"
    command = [sys.executable, "-m", "datamodel_code_generator", *_OPTIONS]
    subprocess.run(
        [*command, "--input", str(OPENAPI), "--output", str(path)],
        check=True,
        cwd=folder,
        capture_output=True,
    )
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where pydantic looks for what its annotations name
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedClient:
    """Asks operations by their name and reads answers as their models."""

    plane: ControlPlane
    models: ModuleType

    def ask(self, name: str, *, body: BaseModel | None = None, query: str = "", **path: str) -> Any:  # noqa: ANN401 -- a class that is made at test time
        """The answer of an operation, or the `ErrorEnvelope` that came instead."""
        method, template = _ROUTES[name]
        content = None if body is None else body.model_dump(mode="json", exclude_unset=True)
        answer = self.plane.request(
            method,
            template.format(**path) + (f"?{query}" if query else ""),
            json_body=content,
        )
        model = self._model(name, answer.status)
        return model.model_validate_json(answer.text)

    def _model(self, name: str, status: int) -> type[BaseModel]:
        if status >= 400:
            return self.models.ErrorEnvelope
        response = operations()[_ROUTES[name]]["responses"][str(status)]
        reference = response["content"]["application/json"]["schema"]["$ref"]
        return getattr(self.models, _class_name(reference.rpartition("/")[2]))


_ROUTES = {described["operationId"]: route for route, described in operations().items()}


def _class_name(schema: str) -> str:
    """The generator's name for a schema: `Answer_list_TurnShown__` is `AnswerListTurnShown`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split("_+", schema))
