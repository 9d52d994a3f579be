"""`UNSET` marks fields that a server did not send; there is one such object, also after a model was pickled or copied.

As an item such a field is missing, and it is not shown.
"""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from fts_api.models import AuditEntry, Whoami
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


def test_field_that_was_not_sent_is_missing_as_an_item_and_not_shown() -> None:
    model = Whoami.from_dict({**WHOAMI, "of_a_newer_server": 1})
    assert "oauth2_scope" not in model
    for name in ("oauth2_scope", "additional_properties", "unknown"):
        with pytest.raises(KeyError, match=name):
            model[name]
        assert model.get(name) is None
    assert model.get("method") == "certificate"
    assert (model["method"], model["of_a_newer_server"]) == ("certificate", 1)
    assert repr(model).startswith("Whoami(user_dn='/CN=x', dn=[], ")
    assert repr(model).endswith("additional_properties={'of_a_newer_server': 1})")
    assert "oauth2_scope" not in repr(model)
    assert "additional" not in repr(Whoami.from_dict(WHOAMI))


def test_items_have_the_names_of_the_answer_and_can_be_changed() -> None:
    entry = AuditEntry(datetime_="2026-01-01T00:00:00", dn="/CN=x", action="link", config="")
    assert entry["datetime"] == entry.datetime_
    entry["datetime"], entry["news"] = "later", 1
    assert (entry.datetime_, entry.additional_keys) == ("later", ["news"])
    assert entry.to_dict() == {
        "datetime": "later",
        "dn": "/CN=x",
        "action": "link",
        "config": "",
        "news": 1,
    }
    del entry["news"]
    assert "news" not in entry
