"""`UNSET` marks fields that a server did not send; there is one such object, also after a model was pickled or copied."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from fts_api.models import Whoami
from fts_api.types import UNSET

WHOAMI = {
    "user_dn": "/CN=x",
    "vos": [],
    "vos_id": [],
    "voms_cred": [],
    "roles": [],
    "level": {},
    "delegation_id": "0",
    "method": "certificate",
    "is_root": False,
    "base_id": "00000000-0000-0000-0000-000000000000",
    "dn": [],
}


@pytest.mark.parametrize("twin", [copy.copy(UNSET), copy.deepcopy(UNSET)])
def test_copy_of_unset_is_unset(twin: object) -> None:
    assert twin is UNSET


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_unpickled_model_is_the_same_and_can_be_written_as_json(protocol: int) -> None:
    model = Whoami.from_dict(WHOAMI)
    assert model.oauth2_scope is UNSET
    for twin in (pickle.loads(pickle.dumps(model, protocol)), copy.deepcopy(model)):  # noqa: S301
        assert twin == model
        assert twin.oauth2_scope is UNSET
        assert json.dumps(twin.to_dict()) == json.dumps(model.to_dict())
