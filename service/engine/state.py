"""The saved state of an instance: small, order-preserving, opaque to everyone else.

The specification is not stored with the state but referred to by name; the definition's digest
pins it. Bytes: a format mark, then zlib (level 1) over JSON in SpiffWorkflow's own shape. Key
order matters, so the bytes must be kept as they are (never in a JSONB column).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import orjson
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.helpers.bpmn_converter import BpmnConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec

from service.errors import LimitExceeded, StepFailed

MARK = b"K1"
MAX_STATE = 2_000_000  # bytes before compression


class StateCodec:
    """Writes and reads the states of the instances of one definition."""

    def __init__(self, specs: Mapping[str, Any]) -> None:
        config = {**DEFAULT_CONFIG, BpmnProcessSpec: _reference_converter(specs)}
        self._registry = BpmnWorkflowSerializer.configure(config)

    def dump(self, workflow: Any) -> bytes:
        """The state as bytes. Raises StepFailed beyond MAX_STATE."""
        data = orjson.dumps(self._registry.convert(workflow))
        if len(data) > MAX_STATE:
            raise LimitExceeded(
                f"The instance has grown to {len(data)} bytes, at most {MAX_STATE} are kept; "
                "use one small instance per thing"
            )
        return MARK + zlib.compress(data, 1)

    def load(self, state: bytes) -> Any:
        """The workflow. Raises StepFailed for bytes that are no state of this definition."""
        if state[:2] != MARK:
            raise StepFailed(f"The saved state begins with {state[:2]!r}, not {MARK!r}; restore it")
        try:
            return self._registry.restore(orjson.loads(zlib.decompress(state[2:])))
        except (zlib.error, orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as problem:
            raise StepFailed(f"The saved state cannot be read ({problem}); restore it") from problem


def _reference_converter(specs: Mapping[str, Any]) -> type[BpmnConverter]:
    class SpecificationReference(BpmnConverter):  # type: ignore[misc]  # SpiffWorkflow is untyped
        def to_dict(self, spec: Any) -> dict[str, Any]:
            return {"name": spec.name}

        def from_dict(self, dct: Mapping[str, Any]) -> Any:
            return specs[dct["name"]]

    return SpecificationReference
